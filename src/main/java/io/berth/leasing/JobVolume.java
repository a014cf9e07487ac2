package io.berth.leasing;

import org.jspecify.annotations.Nullable;

/**
 * A file system that a job's pods mount: an empty one of their own, or a claim that lies in the
 * lease's namespace.
 *
 * @param name a DNS label, one of its kind in the job
 * @param mountPath where, as an absolute path
 * @param readOnly whether nothing may be written to it
 * @param sizeGib how large an empty one may grow; null for a claim
 * @param claim the claim's name; null for an empty one
 */
public record JobVolume(
    String name,
    String mountPath,
    boolean readOnly,
    @Nullable Integer sizeGib,
    @Nullable String claim) {}

package io.berth.screening.internal;

import io.berth.platform.OrganizationId;
import io.berth.screening.ImportId;
import io.berth.screening.ListVersion;
import io.berth.screening.SourceList;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One import of a list.
 *
 * @param url where the file comes from; null where it was uploaded
 * @param force whether it may drop more entries than usual
 * @param hash of the file; null until there is one, like the next two and the time of activation
 * @param importedBy who asked for it
 * @param organization whose member asked
 * @param failure why it failed; null where it did not
 * @param attempts how often fetching was tried; tells whether a claim is still the present one
 */
record ListImport(
    ImportId id,
    SourceList list,
    ImportState state,
    @Nullable String url,
    boolean force,
    @Nullable String hash,
    @Nullable LocalDate asOf,
    @Nullable Integer entries,
    String importedBy,
    @Nullable OrganizationId organization,
    Instant createdAt,
    @Nullable Instant activatedAt,
    @Nullable String failure,
    int attempts) {

  /** The version that it is; only of one that was activated. */
  ListVersion version() {
    return new ListVersion(
        list,
        id,
        Objects.requireNonNull(hash),
        Objects.requireNonNull(asOf),
        Objects.requireNonNull(entries),
        Objects.requireNonNull(activatedAt));
  }

  /** The same, activated. */
  ListImport activated(String fileHash, LocalDate date, int count, Instant at) {
    return new ListImport(
        id,
        list,
        ImportState.ACTIVE,
        url,
        force,
        fileHash,
        date,
        count,
        importedBy,
        organization,
        createdAt,
        at,
        null,
        attempts);
  }
}

/**
 * What devices say that they are: the output of vendors' tools as a probe prints it, and how it
 * compares with the catalogue. The output comes from a provider's machine and may be anything.
 */
@NullMarked
package io.berth.kubernetes.domain.device;

import org.jspecify.annotations.NullMarked;

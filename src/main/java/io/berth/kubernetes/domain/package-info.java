/**
 * What leases look like in Kubernetes, as plain objects: manifests, plans, and what is read back.
 */
@NullMarked
package io.berth.kubernetes.domain;

import org.jspecify.annotations.NullMarked;

/**
 * Providers' clusters for the sandbox and for tests: a Kubernetes API over the wire, nodes as real
 * ones look, and just enough of controllers, scheduler and kubelet to run jobs on them.
 */
@NullMarked
package io.berth.sandbox.cluster;

import org.jspecify.annotations.NullMarked;

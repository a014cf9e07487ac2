/** Providers' clusters as they are: reads nodes, and is the only room that speaks Kubernetes. */
@NullMarked
package io.berth.kubernetes;

import org.jspecify.annotations.NullMarked;

/**
 * The whole service with everything around it, for trying it out and for tests. Never in
 * production.
 */
@NullMarked
package io.berth.sandbox;

import org.jspecify.annotations.NullMarked;

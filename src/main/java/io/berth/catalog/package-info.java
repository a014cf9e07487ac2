/**
 * Accelerator models: their figures, what export rules make of them, and how nodes show them. Pure
 * and in memory: the catalogue is a resource of the build.
 */
@NullMarked
package io.berth.catalog;

import org.jspecify.annotations.NullMarked;

/** Programs for the command line: benchmarks, and tests for packs. None of it ships. */
@NullMarked
package io.berth.bench;

import org.jspecify.annotations.NullMarked;

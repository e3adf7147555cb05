/** What a solve costs beside other solvers; {@code benchmarks/transport} runs it. */
@NullMarked
package dev.fairlead.steering.benchmark;

import org.jspecify.annotations.NullMarked;

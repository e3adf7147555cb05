/** What latency and bytes cost. */
@NullMarked
package dev.fairlead.steering.cost;

import org.jspecify.annotations.NullMarked;

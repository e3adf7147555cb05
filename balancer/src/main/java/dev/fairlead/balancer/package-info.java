/** The fast loop. Its packages are the loop's stations: endpoint, pick, outcome, report, weight. */
@NullMarked
package dev.fairlead.balancer;

import org.jspecify.annotations.NullMarked;

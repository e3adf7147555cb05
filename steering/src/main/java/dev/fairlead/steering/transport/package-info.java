/**
 * The exact solver of min-cost flow, in longs. It knows nothing of services: {@code optimize} says
 * what nodes, arcs and costs mean.
 *
 * <p>{@link dev.fairlead.steering.transport.FlowNetwork} is a problem, {@link
 * dev.fairlead.steering.transport.NetworkSimplex} solves it from scratch or from its last basis,
 * {@link dev.fairlead.steering.transport.FlowSolution} answers what flows where, what one unit more
 * would be worth, and where supply is stuck when there is no answer.
 */
@NullMarked
package dev.fairlead.steering.transport;

import org.jspecify.annotations.NullMarked;

/**
 * Who is to send how much where: one service's demand, destinations and prices as a flow of least
 * cost, with what each number costs and which limits bind. Pure functions.
 */
@NullMarked
package dev.fairlead.steering.optimize;

import org.jspecify.annotations.NullMarked;

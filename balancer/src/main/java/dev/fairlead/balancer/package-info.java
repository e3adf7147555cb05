/**
 * The fast loop: for each request an endpoint, and from each request's end something learnt. Its
 * packages are the loop's stations, {@code endpoint}, {@code pick}, {@code outcome}, {@code
 * report}, {@code weight}, and beside them what the stations use: {@code hash}, {@code locality},
 * {@code health}, {@code probe}. Here is what all of them are given: time and chance.
 */
@NullMarked
package dev.fairlead.balancer;

import org.jspecify.annotations.NullMarked;

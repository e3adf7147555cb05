/**
 * Plans as weights of somebody else's objects: TrafficSplits and routes that opted in, what they
 * were before, and the way back.
 */
@NullMarked
package dev.fairlead.kubernetes.enforce;

import org.jspecify.annotations.NullMarked;

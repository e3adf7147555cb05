/**
 * Beside pick: asking endpoints how loaded they are, apart from the requests, for the policies that
 * want to know.
 */
@NullMarked
package dev.fairlead.balancer.probe;

import org.jspecify.annotations.NullMarked;

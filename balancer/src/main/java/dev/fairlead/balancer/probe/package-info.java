/**
 * Asking endpoints how loaded they are, beside the requests, for the policies that want to know.
 */
@NullMarked
package dev.fairlead.balancer.probe;

import org.jspecify.annotations.NullMarked;

/**
 * Beside pick: affinity. Where a key belongs among members, so that it stays there when others come
 * and go, and the hash that all of it is built on.
 */
@NullMarked
package dev.fairlead.balancer.hash;

import org.jspecify.annotations.NullMarked;

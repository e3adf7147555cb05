/** The balancer as others get it: one jar, its module, its documents, a Java 21. */
@NullMarked
package dev.fairlead.balancer.library;

import org.jspecify.annotations.NullMarked;

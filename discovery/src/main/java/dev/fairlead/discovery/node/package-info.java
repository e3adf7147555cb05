/** Where a Kubernetes node is, by what it says of itself. */
@NullMarked
package dev.fairlead.discovery.node;

import org.jspecify.annotations.NullMarked;

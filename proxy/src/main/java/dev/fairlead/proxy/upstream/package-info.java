/** Connections to endpoints: opened, pooled and watched by the loop that uses them. */
@NullMarked
package dev.fairlead.proxy.upstream;

import org.jspecify.annotations.NullMarked;

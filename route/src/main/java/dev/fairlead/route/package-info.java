/** What traffic is to be led where: resolved, immutable, no I/O. */
@NullMarked
package dev.fairlead.route;

import org.jspecify.annotations.NullMarked;

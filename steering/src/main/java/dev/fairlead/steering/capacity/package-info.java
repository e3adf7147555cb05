/** What a destination can serve. */
@NullMarked
package dev.fairlead.steering.capacity;

import org.jspecify.annotations.NullMarked;

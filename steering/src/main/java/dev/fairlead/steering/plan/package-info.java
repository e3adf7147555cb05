/** From what was seen to what is wanted: the policies. */
@NullMarked
package dev.fairlead.steering.plan;

import org.jspecify.annotations.NullMarked;

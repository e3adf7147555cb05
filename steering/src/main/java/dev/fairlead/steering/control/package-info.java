/** From what is wanted to what is done: change control, modes, the plan in force. */
@NullMarked
package dev.fairlead.steering.control;

import org.jspecify.annotations.NullMarked;

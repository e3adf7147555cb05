/** {@code fairlead simulate}: scenarios are run with each contender, and compared. */
@NullMarked
package dev.fairlead.app.simulate;

import org.jspecify.annotations.NullMarked;

/** What a machine must have for fairlead to run well, looked at before it does. */
@NullMarked
package dev.fairlead.app.check;

import org.jspecify.annotations.NullMarked;

/** The fairlead command: wiring, admin, console, metrics. */
@NullMarked
package dev.fairlead.app;

import org.jspecify.annotations.NullMarked;

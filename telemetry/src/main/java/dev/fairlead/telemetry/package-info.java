/** Numbers that somebody else measured: they become the observations of the slow loop. */
@NullMarked
package dev.fairlead.telemetry;

import org.jspecify.annotations.NullMarked;

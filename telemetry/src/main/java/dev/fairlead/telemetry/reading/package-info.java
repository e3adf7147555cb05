/** From answers to what the slow loop observes. Pure: no clock, no network. */
@NullMarked
package dev.fairlead.telemetry.reading;

import org.jspecify.annotations.NullMarked;

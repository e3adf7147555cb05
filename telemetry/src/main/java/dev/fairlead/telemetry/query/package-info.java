/** What to ask of a mesh's metrics: query sets as data, built in or an operator's own. */
@NullMarked
package dev.fairlead.telemetry.query;

import org.jspecify.annotations.NullMarked;

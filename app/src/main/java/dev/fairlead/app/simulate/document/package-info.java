/** Reads Scenario documents into what the simulator runs. */
@NullMarked
package dev.fairlead.app.simulate.document;

import org.jspecify.annotations.NullMarked;

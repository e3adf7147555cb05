/** The one process of fairlead run: wiring, reload, drain. */
@NullMarked
package dev.fairlead.app.run;

import org.jspecify.annotations.NullMarked;

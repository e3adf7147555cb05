/** How a simulation's results are told: as a table, as JSON, as CSV, as a page. */
@NullMarked
package dev.fairlead.app.simulate.report;

import org.jspecify.annotations.NullMarked;

/** The slow loop's driver: when each service is steered, and what becomes of its plan. */
@NullMarked
package dev.fairlead.app.control;

import org.jspecify.annotations.NullMarked;

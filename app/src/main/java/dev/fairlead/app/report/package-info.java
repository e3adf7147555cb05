/** What traffic costs and could cost: for people who decide whether to have it steered. */
@NullMarked
package dev.fairlead.app.report;

import org.jspecify.annotations.NullMarked;

/** The admin API on loopback: health, state, plans, metrics, console. */
@NullMarked
package dev.fairlead.app.admin;

import org.jspecify.annotations.NullMarked;

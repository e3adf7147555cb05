/** The command line. */
@NullMarked
package dev.fairlead.app.command;

import org.jspecify.annotations.NullMarked;

/** Operators' orders, kept over the end of the process. */
@NullMarked
package dev.fairlead.app.keep;

import org.jspecify.annotations.NullMarked;

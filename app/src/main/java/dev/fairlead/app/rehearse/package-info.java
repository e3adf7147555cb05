/** A short life of the process, for the JVM to learn from. */
@NullMarked
package dev.fairlead.app.rehearse;

import org.jspecify.annotations.NullMarked;

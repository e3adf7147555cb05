/** What a process says: the operator's log on stderr, the access log on stdout. */
@NullMarked
package dev.fairlead.app.log;

import org.jspecify.annotations.NullMarked;

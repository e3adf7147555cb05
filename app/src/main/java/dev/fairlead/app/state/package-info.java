/** What happens now, once a second: the object that the console and the demo read. */
@NullMarked
package dev.fairlead.app.state;

import org.jspecify.annotations.NullMarked;

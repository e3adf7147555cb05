/** Notices that documents on disk have changed. */
@NullMarked
package dev.fairlead.discovery.watch;

import org.jspecify.annotations.NullMarked;

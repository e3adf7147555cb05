/** The demo: three clusters, a relay between them and a load, as real processes on this machine. */
@NullMarked
package dev.fairlead.app.demo;

import org.jspecify.annotations.NullMarked;

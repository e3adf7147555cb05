/** Documents as they stand in the Kubernetes API: listed, watched, chosen, read. */
@NullMarked
package dev.fairlead.kubernetes.watch;

import org.jspecify.annotations.NullMarked;

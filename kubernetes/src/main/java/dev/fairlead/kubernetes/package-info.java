/** The Kubernetes API on both sides: documents in, weights and status out. */
@NullMarked
package dev.fairlead.kubernetes;

import org.jspecify.annotations.NullMarked;

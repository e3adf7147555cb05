/** Who of several controllers leads: the leader lock, and the term that fences what it writes. */
@NullMarked
package dev.fairlead.kubernetes.lead;

import org.jspecify.annotations.NullMarked;

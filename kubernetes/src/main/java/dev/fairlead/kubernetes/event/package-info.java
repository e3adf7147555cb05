/** Events: what became of an object, where {@code kubectl describe} shows it. */
@NullMarked
package dev.fairlead.kubernetes.event;

import org.jspecify.annotations.NullMarked;

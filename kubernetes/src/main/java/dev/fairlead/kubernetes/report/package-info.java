/** Tells the API what became of its objects: status conditions and events. */
@NullMarked
package dev.fairlead.kubernetes.report;

import org.jspecify.annotations.NullMarked;

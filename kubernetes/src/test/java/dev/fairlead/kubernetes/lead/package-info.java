@NullMarked
package dev.fairlead.kubernetes.lead;

import org.jspecify.annotations.NullMarked;

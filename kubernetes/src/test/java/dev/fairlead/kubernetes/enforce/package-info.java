@NullMarked
package dev.fairlead.kubernetes.enforce;

import org.jspecify.annotations.NullMarked;

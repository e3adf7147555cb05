@NullMarked
package dev.fairlead.kubernetes.report;

import org.jspecify.annotations.NullMarked;

/** Documents on disk and names in DNS, read strictly into records. */
@NullMarked
package dev.fairlead.discovery;

import org.jspecify.annotations.NullMarked;

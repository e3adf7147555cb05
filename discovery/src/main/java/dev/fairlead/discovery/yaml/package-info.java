/** The one strict reader from YAML to records: every mistake with its position, nothing guessed. */
@NullMarked
package dev.fairlead.discovery.yaml;

import org.jspecify.annotations.NullMarked;

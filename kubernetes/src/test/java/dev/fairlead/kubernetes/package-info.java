/** What the tests of this module share: a real API server and a mock of one. */
@NullMarked
package dev.fairlead.kubernetes;

import org.jspecify.annotations.NullMarked;

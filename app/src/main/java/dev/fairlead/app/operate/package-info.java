/** What operators order of a running process, and what they look at before and after. */
@NullMarked
package dev.fairlead.app.operate;

import org.jspecify.annotations.NullMarked;

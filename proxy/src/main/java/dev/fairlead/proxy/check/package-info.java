/** Active checks of endpoints: what they are asked, and who sends it. */
@NullMarked
package dev.fairlead.proxy.check;

import org.jspecify.annotations.NullMarked;

/** What NRI plugins want changed: collected from several, checked for contention, and applied. */
@NullMarked
package io.berth.core.nri.adjust;

import org.jspecify.annotations.NullMarked;

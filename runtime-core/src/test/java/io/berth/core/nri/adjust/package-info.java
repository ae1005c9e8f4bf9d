@NullMarked
package io.berth.core.nri.adjust;

import org.jspecify.annotations.NullMarked;

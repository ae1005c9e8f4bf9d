@NullMarked
package io.berth.core.nri.wire;

import org.jspecify.annotations.NullMarked;

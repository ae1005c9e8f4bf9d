@NullMarked
package io.berth.core.nri;

import org.jspecify.annotations.NullMarked;

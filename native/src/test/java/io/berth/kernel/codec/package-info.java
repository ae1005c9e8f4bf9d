@NullMarked
package io.berth.kernel.codec;

import org.jspecify.annotations.NullMarked;

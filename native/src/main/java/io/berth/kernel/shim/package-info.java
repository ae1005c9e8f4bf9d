/** The client side of the protocol between the daemon and {@code berth-shim}. */
@NullMarked
package io.berth.kernel.shim;

import org.jspecify.annotations.NullMarked;

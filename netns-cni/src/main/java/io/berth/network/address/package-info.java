/** Ranges of addresses and who gets which of them. No kernel, no files. */
@NullMarked
package io.berth.network.address;

import org.jspecify.annotations.NullMarked;

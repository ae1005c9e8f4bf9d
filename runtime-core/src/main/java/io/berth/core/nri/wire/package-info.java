/** How an NRI plugin is spoken to: ttrpc in both directions over one multiplexed unix socket. */
@NullMarked
package io.berth.core.nri.wire;

import org.jspecify.annotations.NullMarked;

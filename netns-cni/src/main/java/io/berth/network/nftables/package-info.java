/** Address translation: libnftables in this process, and the one table that a bridge network keeps in the kernel. */
@NullMarked
package io.berth.network.nftables;

import org.jspecify.annotations.NullMarked;

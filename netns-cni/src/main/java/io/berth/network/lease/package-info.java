/** Leases: which sandbox holds which addresses, links and host ports, on disk before any of it exists. */
@NullMarked
package io.berth.network.lease;

import org.jspecify.annotations.NullMarked;

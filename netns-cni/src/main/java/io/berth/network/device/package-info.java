/** Network devices of the host that pods get as they are. */
@NullMarked
package io.berth.network.device;

import org.jspecify.annotations.NullMarked;

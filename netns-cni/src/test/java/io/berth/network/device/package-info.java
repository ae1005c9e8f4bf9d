@NullMarked
package io.berth.network.device;

import org.jspecify.annotations.NullMarked;

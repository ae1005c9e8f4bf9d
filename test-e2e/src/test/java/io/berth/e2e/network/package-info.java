/** Pods on the network. */
@NullMarked
package io.berth.e2e.network;

import org.jspecify.annotations.NullMarked;

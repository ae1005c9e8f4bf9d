/** The client side of the daemon's socket. */
@NullMarked
package io.berth.server.client;

import org.jspecify.annotations.NullMarked;

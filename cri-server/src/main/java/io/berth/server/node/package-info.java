/** What {@code berthd pulls} and {@code berthd images} ask a running daemon, and how they print it. */
@NullMarked
package io.berth.server.node;

import org.jspecify.annotations.NullMarked;

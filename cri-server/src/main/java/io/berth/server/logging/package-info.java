/** What the daemon writes to standard error: one line an event, with the ids of what it is about. */
@NullMarked
package io.berth.server.logging;

import org.jspecify.annotations.NullMarked;

/** The daemon's life: what it needs, how it comes up, how it goes away. */
@NullMarked
package io.berth.server.daemon;

import org.jspecify.annotations.NullMarked;

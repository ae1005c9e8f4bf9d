/** How errors reach the caller. */
@NullMarked
package io.berth.server.error;

import org.jspecify.annotations.NullMarked;

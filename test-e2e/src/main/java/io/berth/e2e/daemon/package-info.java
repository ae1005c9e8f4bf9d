/** The daemon as a process of its own, and the client that speaks CRI to it. */
@NullMarked
package io.berth.e2e.daemon;

import org.jspecify.annotations.NullMarked;

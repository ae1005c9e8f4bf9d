/** Requests that no client in its right mind sends. */
@NullMarked
package io.berth.e2e.hostile;

import org.jspecify.annotations.NullMarked;

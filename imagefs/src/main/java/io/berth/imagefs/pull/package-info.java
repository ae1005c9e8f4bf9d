/** From a reference to a recorded image. */
@NullMarked
package io.berth.imagefs.pull;

import org.jspecify.annotations.NullMarked;

/** Writable layers, and the drivers that make them. */
@NullMarked
package io.berth.imagefs.snapshot;

import org.jspecify.annotations.NullMarked;

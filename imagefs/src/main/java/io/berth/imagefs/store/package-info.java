/** The records of images, layers and snapshots in SQLite. */
@NullMarked
package io.berth.imagefs.store;

import org.jspecify.annotations.NullMarked;

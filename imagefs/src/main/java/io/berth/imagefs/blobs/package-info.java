/** Blobs that are kept as they came, where the administrator wants that. */
@NullMarked
package io.berth.imagefs.blobs;

import org.jspecify.annotations.NullMarked;

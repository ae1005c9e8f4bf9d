/** Mounts beyond the plain ones: images as volumes, options. */
@NullMarked
package io.berth.e2e.mounts;

import org.jspecify.annotations.NullMarked;

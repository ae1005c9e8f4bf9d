/** Images: pulling, listing, removing, and refusing the bad ones. */
@NullMarked
package io.berth.e2e.images;

import org.jspecify.annotations.NullMarked;

/** From a layer's tar stream to files, never outside of the layer's own directory. */
@NullMarked
package io.berth.imagefs.unpack;

import org.jspecify.annotations.NullMarked;

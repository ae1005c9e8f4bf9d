/**
 * The images of a node: pulled from registries, kept as layers, lent to containers as snapshots.
 *
 * <p>{@link io.berth.imagefs.ImageStore} is the whole of it for the other rooms; the packages below belong to it.
 */
@NullMarked
package io.berth.imagefs;

import org.jspecify.annotations.NullMarked;

/** The layers on disk: staged, committed, lent, thrown away. */
@NullMarked
package io.berth.imagefs.layers;

import org.jspecify.annotations.NullMarked;

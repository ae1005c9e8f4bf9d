/** A bounded reader of tar streams: ustar, PAX, GNU long names, sparse files. */
@NullMarked
package io.berth.imagefs.tar;

import org.jspecify.annotations.NullMarked;

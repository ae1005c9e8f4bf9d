/** Users and groups of an image. */
@NullMarked
package io.berth.imagefs.user;

import org.jspecify.annotations.NullMarked;

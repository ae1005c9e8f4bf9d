/**
 * The one seam between Berth and the Linux kernel: typed system calls, descriptors that are owned, errors that say what
 * was tried on what, and the facts that Berth reads about its own process.
 */
@NullMarked
package io.berth.kernel;

import org.jspecify.annotations.NullMarked;

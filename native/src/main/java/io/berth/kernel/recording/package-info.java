/** A recording stand-in for the kernel, for the unit tests of every room that makes system calls. */
@NullMarked
package io.berth.kernel.recording;

import org.jspecify.annotations.NullMarked;

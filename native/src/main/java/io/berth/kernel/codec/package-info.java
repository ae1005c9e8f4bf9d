/**
 * Libraries of the machine that hash and inflate several times faster than the virtual machine's first compiler can.
 * None of them has to be there.
 */
@NullMarked
package io.berth.kernel.codec;

import org.jspecify.annotations.NullMarked;

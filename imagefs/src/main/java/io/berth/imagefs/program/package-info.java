/** Programs of the administrator's that are asked something. */
@NullMarked
package io.berth.imagefs.program;

import org.jspecify.annotations.NullMarked;

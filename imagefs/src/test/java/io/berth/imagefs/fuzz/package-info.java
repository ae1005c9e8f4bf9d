@NullMarked
package io.berth.imagefs.fuzz;

import org.jspecify.annotations.NullMarked;

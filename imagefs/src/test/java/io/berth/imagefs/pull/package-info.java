@NullMarked
package io.berth.imagefs.pull;

import org.jspecify.annotations.NullMarked;

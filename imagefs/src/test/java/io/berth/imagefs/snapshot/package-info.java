@NullMarked
package io.berth.imagefs.snapshot;

import org.jspecify.annotations.NullMarked;

/** Images, registries and directories for tests. */
@NullMarked
package io.berth.imagefs.testing;

import org.jspecify.annotations.NullMarked;

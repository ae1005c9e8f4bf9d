/** The daemon and the shims killed at any point. */
@NullMarked
package io.berth.e2e.recovery;

import org.jspecify.annotations.NullMarked;

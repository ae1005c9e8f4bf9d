/**
 * Berth side by side with containerd: both are driven through the same client, with the same image, in the same run.
 */
@NullMarked
package io.berth.e2e.compare;

import org.jspecify.annotations.NullMarked;

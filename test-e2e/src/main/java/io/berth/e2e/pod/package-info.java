/** Pods and containers as a test or a tour speaks of them, over plain CRI calls. */
@NullMarked
package io.berth.e2e.pod;

import org.jspecify.annotations.NullMarked;

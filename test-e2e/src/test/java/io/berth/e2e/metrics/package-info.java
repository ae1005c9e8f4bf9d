/** Metrics of pods through the CRI, and those of the daemon for Prometheus. */
@NullMarked
package io.berth.e2e.metrics;

import org.jspecify.annotations.NullMarked;

/**
 * The Kubernetes conformance suite for runtimes, {@code critest}, against a daemon of the distribution: images of the
 * project's own under the names that the suite pulls, the run, and the table of its results.
 */
@NullMarked
package io.berth.e2e.conformance;

import org.jspecify.annotations.NullMarked;

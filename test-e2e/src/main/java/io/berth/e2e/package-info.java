/** End-to-end tests of Berth: the harness, the tour behind {@code ./run} and the benchmark. */
@NullMarked
package io.berth.e2e;

import org.jspecify.annotations.NullMarked;

/** The benchmark: how long each CRI call takes, what it costs in CPU time, and how much memory stays. */
@NullMarked
package io.berth.e2e.bench;

import org.jspecify.annotations.NullMarked;

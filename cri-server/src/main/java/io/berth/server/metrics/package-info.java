/** What the daemon tells Prometheus of itself. */
@NullMarked
package io.berth.server.metrics;

import org.jspecify.annotations.NullMarked;

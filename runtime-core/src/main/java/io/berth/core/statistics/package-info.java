/** What sandboxes and containers use. */
@NullMarked
package io.berth.core.statistics;

import org.jspecify.annotations.NullMarked;

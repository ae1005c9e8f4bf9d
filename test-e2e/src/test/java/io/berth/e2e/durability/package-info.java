/** What a daemon has after its power, its life or its space was taken away: short series. */
@NullMarked
package io.berth.e2e.durability;

import org.jspecify.annotations.NullMarked;

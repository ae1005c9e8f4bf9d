/** Series that take a daemon's power, life or space away at random moments and look at what it has then. */
@NullMarked
package io.berth.e2e.durability;

import org.jspecify.annotations.NullMarked;

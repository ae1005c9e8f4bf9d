/** Containers: what is asked of one, what is known of it, and its life. */
@NullMarked
package io.berth.core.container;

import org.jspecify.annotations.NullMarked;

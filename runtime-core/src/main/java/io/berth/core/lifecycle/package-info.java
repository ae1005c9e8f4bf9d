/** The life of sandboxes and containers: what runs, in which order, and how it is undone. */
@NullMarked
package io.berth.core.lifecycle;

import org.jspecify.annotations.NullMarked;

/** What happens to sandboxes and containers, told as it happens. */
@NullMarked
package io.berth.core.event;

import org.jspecify.annotations.NullMarked;

/** What the runtime says of itself. */
@NullMarked
package io.berth.core.status;

import org.jspecify.annotations.NullMarked;

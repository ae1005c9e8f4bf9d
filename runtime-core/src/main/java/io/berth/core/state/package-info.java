/** What is known, in memory and on disk. */
@NullMarked
package io.berth.core.state;

import org.jspecify.annotations.NullMarked;

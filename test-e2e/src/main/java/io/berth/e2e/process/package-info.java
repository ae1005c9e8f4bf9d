/** Running programs, waiting for conditions, and the files and tools that the harness works with. */
@NullMarked
package io.berth.e2e.process;

import org.jspecify.annotations.NullMarked;

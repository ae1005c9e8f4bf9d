/** Images made byte by byte: deterministic ones to run, and hostile ones to refuse. */
@NullMarked
package io.berth.e2e.image;

import org.jspecify.annotations.NullMarked;

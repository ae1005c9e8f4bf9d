/** The one error that leaves the core, and the translation of the lower rooms' errors into it. */
@NullMarked
package io.berth.core.error;

import org.jspecify.annotations.NullMarked;

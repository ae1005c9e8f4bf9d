/** The first pod that {@code ./run} shows a person. */
@NullMarked
package io.berth.e2e.tour;

import org.jspecify.annotations.NullMarked;

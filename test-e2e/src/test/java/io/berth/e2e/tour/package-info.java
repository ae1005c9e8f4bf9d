/** The whole way of a pod, by every client. */
@NullMarked
package io.berth.e2e.tour;

import org.jspecify.annotations.NullMarked;

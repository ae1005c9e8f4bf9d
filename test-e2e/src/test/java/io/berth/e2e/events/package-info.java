/** The stream of container events. */
@NullMarked
package io.berth.e2e.events;

import org.jspecify.annotations.NullMarked;

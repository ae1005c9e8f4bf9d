/** What a machine holds that a container runtime can leak, counted before and after. */
@NullMarked
package io.berth.e2e.leftover;

import org.jspecify.annotations.NullMarked;

/** What a container may not do. */
@NullMarked
package io.berth.e2e.security;

import org.jspecify.annotations.NullMarked;

/** What a container is given, does and leaves. */
@NullMarked
package io.berth.e2e.container;

import org.jspecify.annotations.NullMarked;

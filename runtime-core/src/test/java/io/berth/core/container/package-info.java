@NullMarked
package io.berth.core.container;

import org.jspecify.annotations.NullMarked;

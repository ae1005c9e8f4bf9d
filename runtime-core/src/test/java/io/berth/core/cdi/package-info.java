@NullMarked
package io.berth.core.cdi;

import org.jspecify.annotations.NullMarked;

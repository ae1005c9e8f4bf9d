@NullMarked
package io.berth.core.spec;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.berth.core.metric;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.berth.core.plan;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.berth.core.statistics;

import org.jspecify.annotations.NullMarked;

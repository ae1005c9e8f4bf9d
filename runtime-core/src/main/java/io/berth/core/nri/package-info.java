/** The Node Resource Interface: plugins that take part in the lives of pods and containers. */
@NullMarked
package io.berth.core.nri;

import org.jspecify.annotations.NullMarked;

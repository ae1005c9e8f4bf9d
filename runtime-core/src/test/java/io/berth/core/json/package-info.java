@NullMarked
package io.berth.core.json;

import org.jspecify.annotations.NullMarked;

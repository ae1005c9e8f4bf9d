@NullMarked
package io.berth.core.sandbox;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.berth.core.nri.validate;

import org.jspecify.annotations.NullMarked;

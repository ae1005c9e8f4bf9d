/** What the node's operator does not let NRI plugins do. */
@NullMarked
package io.berth.core.nri.validate;

import org.jspecify.annotations.NullMarked;

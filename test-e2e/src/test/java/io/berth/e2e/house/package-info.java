/** The rules of the house, held by tests. */
@NullMarked
package io.berth.e2e.house;

import org.jspecify.annotations.NullMarked;

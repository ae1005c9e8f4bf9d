/** The OCI runtime specification as records, and its building from what was asked: the one internal contract. */
@NullMarked
package io.berth.core.spec;

import org.jspecify.annotations.NullMarked;

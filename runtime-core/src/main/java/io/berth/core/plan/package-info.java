/** The compiler from an OCI specification to the flat launch plan that the shim executes. */
@NullMarked
package io.berth.core.plan;

import org.jspecify.annotations.NullMarked;

/** The OCI distribution protocol, client side, one endpoint a class. */
@NullMarked
package io.berth.imagefs.registry;

import org.jspecify.annotations.NullMarked;

/** Credentials that lie on this node, as Docker keeps them. */
@NullMarked
package io.berth.imagefs.credentials;

import org.jspecify.annotations.NullMarked;

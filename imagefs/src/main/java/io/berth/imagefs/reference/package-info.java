/** Image references as people write them, and as registries want them. */
@NullMarked
package io.berth.imagefs.reference;

import org.jspecify.annotations.NullMarked;

/** What registries serve: digests, manifests, indexes, image configurations. */
@NullMarked
package io.berth.imagefs.content;

import org.jspecify.annotations.NullMarked;

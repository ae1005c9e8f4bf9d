/** What the core asks of images: no more than finding one, its users, and a writable layer on it. */
@NullMarked
package io.berth.core.image;

import org.jspecify.annotations.NullMarked;

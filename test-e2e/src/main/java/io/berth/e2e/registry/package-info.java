/**
 * Registries on loopback: Debian's docker-registry, and a proxy in front of it that counts, asks for tokens or
 * misbehaves.
 */
@NullMarked
package io.berth.e2e.registry;

import org.jspecify.annotations.NullMarked;

/**
 * HTTP/1.1 and HTTP/2 for blocking callers, by Netty: connections that are kept for the next request, bodies that stay
 * where the network left them. Knows nothing of registries.
 */
@NullMarked
package io.berth.imagefs.http;

import org.jspecify.annotations.NullMarked;

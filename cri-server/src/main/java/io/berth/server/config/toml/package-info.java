/**
 * TOML 1.0, read with the line of every key. A general parser of JSON-like formats would keep no lines, and loading it
 * would take a fifth of the daemon's start.
 */
@NullMarked
package io.berth.server.config.toml;

import org.jspecify.annotations.NullMarked;

/**
 * The configuration: TOML files read into one immutable tree of records. Each key is declared once, with its default,
 * its bounds and its explanation, by the method that reads it; reading nothing yields the defaults.
 */
@NullMarked
package io.berth.server.config;

import org.jspecify.annotations.NullMarked;

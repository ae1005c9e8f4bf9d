/**
 * The command line of {@code berthd}. Parsed by hand: a parser by reflection would cost more than the rest of the
 * start.
 */
@NullMarked
package io.berth.server.command;

import org.jspecify.annotations.NullMarked;

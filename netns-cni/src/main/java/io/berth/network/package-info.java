/**
 * Networks for pods: the built-in bridge and the contract that the runtime core sees.
 *
 * <p>Everything here runs inside the daemon: links, addresses and routes by rtnetlink, address translation by
 * libnftables. No process is started and no plugin binary is looked for.
 */
@NullMarked
package io.berth.network;

import org.jspecify.annotations.NullMarked;

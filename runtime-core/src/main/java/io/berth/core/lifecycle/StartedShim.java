package io.berth.core.lifecycle;

import io.berth.kernel.shim.ShimClient;

/**
 * A shim that runs and belongs to no sandbox yet. The sandbox that takes it takes its id too.
 *
 * @param id names its directory
 * @param client the connection to it
 * @param listener hears that connection
 * @param ahead whether it holds what {@link SandboxRequests#ahead} makes, perhaps with a network
 */
record StartedShim(String id, ShimClient client, ShimWatch.Listener listener, boolean ahead) {
    /** The same, holding namespaces. */
    StartedShim withNamespaces() {
        return new StartedShim(id, client, listener, true);
    }

    /** Whether it can still be used. */
    boolean lives() {
        return !listener.gone();
    }

    /** Gives it to a sandbox; false when it has died. */
    boolean adopt(SandboxEntry entry) {
        entry.shim(client);
        return listener.belongTo(entry);
    }
}

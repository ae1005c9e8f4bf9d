package io.berth.core.sandbox;

import io.berth.core.Immutable;

/** Paths under /proc that hold a sandbox's namespaces while its shim lives; empty for those of the host. */
public record SandboxNamespaces(String network, String ipc, String uts, String pid, String user) {
    public static final SandboxNamespaces NONE = new SandboxNamespaces("", "", "", "", "");

    public SandboxNamespaces {
        network = Immutable.text(network);
        ipc = Immutable.text(ipc);
        uts = Immutable.text(uts);
        pid = Immutable.text(pid);
        user = Immutable.text(user);
    }
}

package io.berth.core.state;

import io.berth.core.Immutable;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.sandbox.SandboxNamespaces;

/**
 * What is kept of a sandbox beyond what its callers see.
 *
 * @param namespaces paths that hold while the shim lives
 * @param hostname as its containers see it
 * @param topmostCgroup the topmost cgroup that was made for it and goes with it; empty when all had been there
 */
public record SandboxRecord(Sandbox sandbox, SandboxNamespaces namespaces, String hostname, String topmostCgroup) {
    public SandboxRecord {
        hostname = Immutable.text(hostname);
        topmostCgroup = Immutable.text(topmostCgroup);
    }

    /** The same for what the callers see now. */
    public SandboxRecord with(Sandbox changed) {
        return new SandboxRecord(changed, namespaces, hostname, topmostCgroup);
    }
}

package io.berth.core.lifecycle;

import io.berth.core.container.ContainerConfig;
import io.berth.core.container.MountConfig;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.sandbox.SandboxFiles;
import io.berth.core.spec.OciSpec;
import io.berth.imagefs.Snapshot;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The SELinux label of what a container does not get as a mount with a label of its own. */
final class VolumeLabels {
    private final Parts parts;

    VolumeLabels(Parts parts) {
        this.parts = parts;
    }

    /**
     * Labels the pod's files and the volumes that are to be; as long as that takes. Without a label it does nothing.
     */
    void apply(ContainerConfig config, Sandbox sandbox, OciSpec spec) {
        String label = spec.linux().mountLabel();
        if (label.isEmpty()) {
            return;
        }
        SandboxFiles files = parts.directories().sandboxFiles(sandbox.id());
        Stream.of(files.hostname(), files.hosts(), files.resolvConf())
                .forEach(file -> parts.relabeler().relabel(file, label));
        config.mounts().stream()
                .filter(MountConfig::selinuxRelabel)
                .filter(mount -> !mount.hostPath().isEmpty())
                .forEach(mount -> parts.relabeler().relabel(Path.of(mount.hostPath()), label));
    }

    /** Labels a root that is no overlay, which could be mounted with one. */
    void apply(Snapshot snapshot, OciSpec spec) {
        if (!spec.linux().mountLabel().isEmpty()) {
            switch (snapshot) {
                case Snapshot.Overlay overlay -> {
                    // Mounted with it.
                }
                case Snapshot.Directory directory ->
                    parts.relabeler().relabel(directory.path(), spec.linux().mountLabel());
            }
        }
    }
}

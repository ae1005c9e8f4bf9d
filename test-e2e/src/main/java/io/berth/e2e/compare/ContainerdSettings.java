package io.berth.e2e.compare;

import io.berth.e2e.daemon.DaemonConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a containerd is set up: as its own documentation does, with what Berth does too. The bridge masquerades and host
 * ports are opened on request.
 *
 * @param sandboxImage what holds a pod's namespaces
 * @param bridge the network's bridge, its own
 * @param range the network's addresses, such as 10.97.0.0/16
 * @param environment variables of all processes
 */
record ContainerdSettings(String sandboxImage, String bridge, String range, Map<String, String> environment) {
    /** The program of the sandbox image. */
    static final String PAUSE = "/pause";

    private static final List<String> PLUGIN_DIRECTORIES = List.of("/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni");

    /** Sections of the configuration file; containerd 2 reads them too. */
    String plugins(Path state, Path runtime) {
        return """
            [plugins."io.containerd.grpc.v1.cri"]
            sandbox_image = %1$s
            restrict_oom_score_adj = true
            disable_cgroup = %2$b
            [plugins."io.containerd.grpc.v1.cri".cni]
            bin_dir = %3$s
            conf_dir = %4$s
            [plugins."io.containerd.grpc.v1.cri".containerd]
            snapshotter = "overlayfs"
            default_runtime_name = "oci"
            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.oci]
            runtime_type = "io.containerd.runc.v2"
            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.oci.options]
            BinaryName = %5$s
            """.formatted(
                        DaemonConfig.text(sandboxImage),
                        !hasControllers(),
                        DaemonConfig.text(pluginDirectory().toString()),
                        DaemonConfig.text(networkDirectory(state).toString()),
                        DaemonConfig.text(runtime.toString()));
    }

    /** Writes the list of CNI plugins. */
    void writeNetwork(Path state) {
        try {
            Path directory = Files.createDirectories(networkDirectory(state));
            Files.writeString(directory.resolve("10-bench.conflist"), """
                {
                  "cniVersion": "1.0.0",
                  "name": "%1$s",
                  "plugins": [
                    {
                      "type": "bridge",
                      "bridge": "%1$s",
                      "isGateway": true,
                      "ipMasq": true,
                      "ipam": {
                        "type": "host-local",
                        "dataDir": "%3$s/addresses",
                        "ranges": [[{"subnet": "%2$s"}]],
                        "routes": [{"dst": "0.0.0.0/0"}]
                      }
                    },
                    {"type": "portmap", "capabilities": {"portMappings": true}}
                  ]
                }
                """.formatted(bridge, range, state));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Path networkDirectory(Path state) {
        return state.resolve("net.d");
    }

    /** Without controllers runc and crun refuse the shares that containerd asks for. */
    private static boolean hasControllers() {
        try {
            return List.of(Files.readString(Path.of("/sys/fs/cgroup/cgroup.controllers"))
                            .strip()
                            .split(" ", -1))
                    .contains("cpu");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Path pluginDirectory() {
        return PLUGIN_DIRECTORIES.stream()
                .map(Path::of)
                .filter(directory -> Files.isExecutable(directory.resolve("bridge"))
                        && Files.isExecutable(directory.resolve("host-local")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no CNI plugins in " + PLUGIN_DIRECTORIES + ": ./bench installs containernetworking-plugins"));
    }
}

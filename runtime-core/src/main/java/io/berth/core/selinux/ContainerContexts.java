package io.berth.core.selinux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the node's policy has for containers.
 *
 * @param process of their processes
 * @param file of their files
 */
record ContainerContexts(Label process, Label file) {
    /** Where a policy says nothing and a pod asks for a label all the same. */
    static final ContainerContexts USUAL = new ContainerContexts(
            Label.parse("system_u:system_r:container_t:s0"), Label.parse("system_u:object_r:container_file_t:s0"));

    private static final String OF_CONTAINERS = "usr/share/containers/selinux/contexts";

    /**
     * Reads them; empty for a policy that does not know containers.
     *
     * @param root the directory that is / on the node
     */
    static Optional<ContainerContexts> read(Path root) {
        Path policy = root.resolve("etc/selinux")
                .resolve(settings(root.resolve("etc/selinux/config")).getOrDefault("SELINUXTYPE", "targeted"));
        for (Path file : List.of(root.resolve(OF_CONTAINERS), policy.resolve("contexts/lxc_contexts"))) {
            Map<String, String> contexts = settings(file);
            String process = contexts.get("process");
            String files = contexts.get("file");
            if (process != null && files != null) {
                return Optional.of(new ContainerContexts(Label.parse(process), Label.parse(files)));
            }
        }
        return Optional.empty();
    }

    /** Lines NAME = "VALUE"; none where there is no such file. */
    private static Map<String, String> settings(Path file) {
        Map<String, String> settings = new HashMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                if (equals > 0 && !line.startsWith("#") && !line.startsWith(";")) {
                    settings.put(
                            line.substring(0, equals).strip(),
                            line.substring(equals + 1).strip().replace("\"", ""));
                }
            }
        } catch (IOException absent) {
            return Map.of();
        }
        return settings;
    }
}

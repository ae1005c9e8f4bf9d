package io.berth.imagefs;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The configuration of an image, as far as it matters for running it (OCI image specification, config.md). Absent
 * fields are empty.
 *
 * @param user user and group as the image gives them: names or numbers, see {@link UserLookup}
 * @param environment {@code NAME=value} each
 * @param entrypoint first words of the command line
 * @param command words after the entry point, or the command line where there is none
 * @param workingDirectory absolute path, or empty for {@code /}
 * @param volumes paths that want a volume of their own
 * @param exposedPorts such as {@code 80/tcp}
 * @param stopSignal name or number, or empty for SIGTERM
 * @param labels of the image's author
 * @param platform what it was built for
 * @param created when it was built, RFC 3339, or empty
 */
public record ImageConfig(
        String user,
        List<String> environment,
        List<String> entrypoint,
        List<String> command,
        String workingDirectory,
        Set<String> volumes,
        Set<String> exposedPorts,
        String stopSignal,
        Map<String, String> labels,
        Platform platform,
        String created) {
    public ImageConfig {
        environment = List.copyOf(environment);
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        volumes = Set.copyOf(volumes);
        exposedPorts = Set.copyOf(exposedPorts);
        labels = Map.copyOf(labels);
    }
}

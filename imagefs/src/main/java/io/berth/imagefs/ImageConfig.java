package io.berth.imagefs;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

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
        Platform platform,
        String created) {
    /** What a text takes beside its characters. */
    private static final int TEXT = 64;

    public ImageConfig {
        environment = List.copyOf(environment);
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        volumes = Set.copyOf(volumes);
        exposedPorts = Set.copyOf(exposedPorts);
    }

    /** How much memory it takes, about. */
    public int characters() {
        return Stream.of(environment, entrypoint, command, volumes, exposedPorts)
                        .flatMap(Collection::stream)
                        .mapToInt(text -> text.length() + TEXT)
                        .sum()
                + user.length()
                + workingDirectory.length()
                + stopSignal.length()
                + created.length()
                + platform.toString().length();
    }
}

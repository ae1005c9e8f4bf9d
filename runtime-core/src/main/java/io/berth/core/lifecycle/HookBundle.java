package io.berth.core.lifecycle;

import io.berth.core.spec.OciLinux;
import io.berth.core.spec.OciSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalLong;

/**
 * What hooks find in a container's directory: {@code config.json}, and the directory where the root is before the
 * container has it as its own. Hooks in a user namespace have the rights of its root, whose group on the host may then
 * look at both, and at nothing else in the run directory.
 */
final class HookBundle {
    private HookBundle() {}

    /** Makes it ready; nothing is done for a specification without hooks. Idempotent. */
    static void prepare(OciSpec spec, String containerId, Directories directories) {
        if (spec.hooks() == null) {
            return;
        }
        Path root = directories.rootOf(containerId);
        try {
            Files.createDirectories(
                    root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            OptionalLong group = rootGroup(spec.linux().gidMappings());
            if (group.isPresent()) {
                Path bundle = directories.container(containerId);
                Files.setPosixFilePermissions(bundle.getParent(), PosixFilePermissions.fromString("rwx--x--x"));
                give(bundle, group.getAsLong(), "rwx--x---");
                give(root, group.getAsLong(), "rwx--x---");
                give(directories.spec(containerId), group.getAsLong(), "rw-r-----");
            }
        } catch (IOException failure) {
            throw Directories.failed("making", root, failure);
        }
    }

    private static void give(Path file, long group, String permissions) throws IOException {
        Files.setAttribute(file, "unix:gid", (int) group, LinkOption.NOFOLLOW_LINKS);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    /** The host's id of the group 0 of a user namespace. */
    private static OptionalLong rootGroup(List<OciLinux.IdMapping> mappings) {
        return mappings.stream()
                .filter(mapping -> mapping.containerID() == 0)
                .mapToLong(OciLinux.IdMapping::hostID)
                .findFirst();
    }
}

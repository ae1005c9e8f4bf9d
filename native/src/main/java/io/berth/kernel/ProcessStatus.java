package io.berth.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What {@code /proc/self/status} says of this process's rights. Read without any native call, so that it can be asked
 * at the very start.
 *
 * @param effectiveUid the effective user id
 * @param effective the capabilities that calls are checked against
 * @param permitted those that can be made effective
 * @param bounding those that a program started from here can have at most
 * @param noNewPrivileges whether exec can gain no privileges
 */
public record ProcessStatus(
        int effectiveUid,
        CapabilitySet effective,
        CapabilitySet permitted,
        CapabilitySet bounding,
        boolean noNewPrivileges) {
    /** Reads the status of this process. */
    public static ProcessStatus current() {
        Path path = Path.of("/proc/self/status");
        try {
            return parse(Files.readString(path));
        } catch (IOException failure) {
            throw new UncheckedIOException("read " + path, failure);
        }
    }

    /** Reads the text of a status file. */
    static ProcessStatus parse(String text) {
        Map<String, String> fields = new HashMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        // Uid: real, effective, saved, file system.
        String[] uids = field(fields, "Uid").split("\\s+", -1);
        return new ProcessStatus(
                Integer.parseUnsignedInt(uids[1]),
                capabilities(fields, "CapEff"),
                capabilities(fields, "CapPrm"),
                capabilities(fields, "CapBnd"),
                field(fields, "NoNewPrivs").equals("1"));
    }

    private static CapabilitySet capabilities(Map<String, String> fields, String name) {
        return new CapabilitySet(Long.parseUnsignedLong(field(fields, name), 16));
    }

    private static String field(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new IllegalStateException("/proc/self/status has no " + name);
        }
        return value;
    }
}

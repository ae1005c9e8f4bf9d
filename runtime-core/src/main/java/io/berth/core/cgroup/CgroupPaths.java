package io.berth.core.cgroup;

import io.berth.core.error.BerthException;
import java.util.ArrayList;
import java.util.List;

/** Where pods stand in the cgroup tree. Paths are relative to the cgroup2 root, with a leading slash. */
public final class CgroupPaths {
    /** Where pods stand that name no parent. */
    public static final String OWN = "/berth";

    private static final int MAXIMUM_LENGTH = 2048;

    private CgroupPaths() {}

    /**
     * The pod's cgroup for a {@code cgroup_parent}: a path as it stands, a slice name
     * ({@code kubepods-burstable-podX.slice}) as systemd nests it, and one of Berth's own when it is empty.
     */
    public static String parent(String cgroupParent, String sandboxId) {
        if (cgroupParent.isEmpty()) {
            return OWN + "/" + sandboxId;
        }
        if (cgroupParent.length() > MAXIMUM_LENGTH) {
            throw BerthException.invalidArgument(
                    "linux.cgroup_parent is " + cgroupParent.length() + " characters long, at most " + MAXIMUM_LENGTH);
        }
        if (cgroupParent.endsWith(".slice") && cgroupParent.indexOf('/') < 0) {
            return expandSlice(cgroupParent);
        }
        List<String> parts = new ArrayList<>();
        for (String part : cgroupParent.split("/", -1)) {
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.equals("..") || part.chars().anyMatch(character -> character < ' ' || character == 127)) {
                throw BerthException.invalidArgument(
                        "linux.cgroup_parent \"" + cgroupParent + "\" has a part that no cgroup can have");
            }
            parts.add(part);
        }
        if (parts.isEmpty()) {
            throw BerthException.invalidArgument("linux.cgroup_parent \"" + cgroupParent
                    + "\" is the root of all cgroups: name a path such as /kubepods");
        }
        return "/" + String.join("/", parts);
    }

    /** {@code a-b-c.slice} becomes {@code /a.slice/a-b.slice/a-b-c.slice} (systemd.slice(5)). */
    static String expandSlice(String slice) {
        String name = slice.substring(0, slice.length() - ".slice".length());
        if (name.equals("-")) {
            throw BerthException.invalidArgument(
                    "linux.cgroup_parent \"-.slice\" is the root of all cgroups: name a slice below it");
        }
        StringBuilder path = new StringBuilder();
        StringBuilder prefix = new StringBuilder();
        for (String part : name.split("-", -1)) {
            if (part.isEmpty() || part.chars().anyMatch(character -> character <= ' ' || character == 127)) {
                throw BerthException.invalidArgument("linux.cgroup_parent \"" + slice + "\" is not a slice name");
            }
            prefix.append(prefix.isEmpty() ? "" : "-").append(part);
            path.append('/').append(prefix).append(".slice");
        }
        return path.toString();
    }
}

package io.berth.core.spec;

import io.berth.core.container.ContainerConfig;
import io.berth.core.container.DeviceConfig;
import io.berth.core.error.BerthException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Devices: those that every container has, those asked for, and all of the host's for a privileged one. */
public final class DeviceLister {
    private static final int TYPE_MASK = 0xF000;
    private static final int CHARACTER = 0x2000;
    private static final int BLOCK = 0x6000;
    private static final Path DEVICES = Path.of("/dev");
    private static final Pattern PERMISSIONS = Pattern.compile("[rwm]{0,3}");

    /** What lies under /dev and is a mount of the container's own, or means nothing in it. */
    private static final Set<String> NOT_PASSED =
            Set.of("pts", "shm", "fd", "mqueue", "console", "ptmx", "tty", ".lxc", ".lxd-mounts", ".udev");

    private static final List<OciLinux.Device> DEFAULTS = List.of(
            device("/dev/null", 1, 3),
            device("/dev/zero", 1, 5),
            device("/dev/full", 1, 7),
            device("/dev/random", 1, 8),
            device("/dev/urandom", 1, 9),
            device("/dev/tty", 5, 0));

    private static OciLinux.Device device(String path, int major, int minor) {
        return new OciLinux.Device("c", path, major, minor, 0666, 0L, 0L);
    }

    /** The devices of a container. */
    List<OciLinux.Device> devices(ContainerConfig container) {
        Map<String, OciLinux.Device> devices = new LinkedHashMap<>();
        DEFAULTS.forEach(device -> devices.put(device.path(), device));
        if (container.security().privileged()) {
            add(devices, DEVICES, "/dev");
        }
        for (DeviceConfig asked : container.devices()) {
            if (!PERMISSIONS.matcher(asked.permissions()).matches()) {
                throw BerthException.invalidArgument("devices has the permissions \"" + asked.permissions() + "\" for "
                        + asked.hostPath() + ": letters of r, w and m are expected");
            }
            String inside = asked.containerPath().isEmpty() ? asked.hostPath() : asked.containerPath();
            if (!asked.hostPath().startsWith("/") || !inside.startsWith("/")) {
                throw BerthException.invalidArgument(
                        "devices has \"" + asked.hostPath() + "\" as \"" + inside + "\": absolute paths are expected");
            }
            Path host = real(asked.hostPath());
            int before = devices.size();
            add(devices, host, inside);
            if (devices.size() == before && !devices.containsKey(inside)) {
                throw BerthException.invalidArgument("devices has \"" + asked.hostPath() + "\", which is not a device");
            }
        }
        return List.copyOf(devices.values());
    }

    private static Path real(String path) {
        try {
            return Path.of(path).toRealPath();
        } catch (NoSuchFileException absent) {
            throw BerthException.invalidArgument("devices has \"" + path + "\", which is not on this node");
        } catch (IOException failure) {
            throw BerthException.invalidArgument(
                    "devices has \"" + path + "\", which cannot be looked at: " + failure.getMessage());
        }
    }

    private static void add(Map<String, OciLinux.Device> devices, Path host, String inside) {
        Map<String, Object> attributes;
        try {
            attributes = Files.readAttributes(host, "unix:mode,rdev,uid,gid", LinkOption.NOFOLLOW_LINKS);
        } catch (IOException gone) {
            return;
        }
        int mode = (int) number(attributes, "mode");
        long number = number(attributes, "rdev");
        if (Files.isDirectory(host, LinkOption.NOFOLLOW_LINKS)) {
            for (Path entry : entries(host)) {
                String name = entry.getFileName().toString();
                if (!host.equals(DEVICES) || !NOT_PASSED.contains(name)) {
                    add(devices, entry, inside + "/" + name);
                }
            }
        } else if ((mode & TYPE_MASK) == CHARACTER || (mode & TYPE_MASK) == BLOCK) {
            devices.put(
                    inside,
                    new OciLinux.Device(
                            (mode & TYPE_MASK) == BLOCK ? "b" : "c",
                            inside,
                            major(number),
                            minor(number),
                            mode & 07777,
                            number(attributes, "uid"),
                            number(attributes, "gid")));
        }
    }

    private static long number(Map<String, Object> attributes, String name) {
        return ((Number) Objects.requireNonNull(attributes.get(name))).longValue();
    }

    private static List<Path> entries(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return new ArrayList<>(entries.sorted().toList());
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** The parts of a device number as glibc and musl encode it (makedev(3)). */
    static long major(long number) {
        return ((number >>> 8) & 0xfff) | ((number >>> 32) & ~0xfffL);
    }

    static long minor(long number) {
        return (number & 0xff) | ((number >>> 12) & ~0xffL);
    }
}

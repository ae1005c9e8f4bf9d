package io.berth.core.spec;

import io.berth.core.container.ContainerConfig;
import io.berth.core.container.DeviceConfig;
import io.berth.core.error.BerthException;
import io.berth.core.spec.OciResources.DeviceRule;
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
import org.jspecify.annotations.Nullable;

/** Devices: those that every container has, those asked for, and all of the host's for a privileged one. */
public final class DeviceLister {
    private static final int TYPE_MASK = 0xF000;
    private static final int CHARACTER = 0x2000;
    private static final int BLOCK = 0x6000;
    private static final int FIFO = 0x1000;
    private static final Path DEVICES = Path.of("/dev");
    private static final int MAXIMUM_RULES = 1000;
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

    /**
     * A node of any device may be made, because it is of no use: only those that every container has can be opened, and
     * terminals (major 136, and 5:2, by which they are made).
     */
    private static final List<DeviceRule> DEFAULT_RULES = Stream.concat(
                    Stream.of(
                            DeviceRule.all(false),
                            new DeviceRule(true, "c", null, null, "m"),
                            new DeviceRule(true, "b", null, null, "m"),
                            new DeviceRule(true, "c", 136L, null, "rwm"),
                            new DeviceRule(true, "c", 5L, 2L, "rwm")),
                    DEFAULTS.stream().map(device -> DeviceRule.allow(device, "rwm")))
            .toList();

    private static OciLinux.Device device(String path, int major, int minor) {
        return new OciLinux.Device("c", path, major, minor, 0666, 0L, 0L);
    }

    /**
     * What a container gets.
     *
     * @param nodes made in its /dev
     * @param rules which devices work, whoever made their nodes; later ones before earlier ones
     */
    record Devices(List<OciLinux.Device> nodes, List<DeviceRule> rules) {}

    /** The devices of a container. */
    Devices devices(ContainerConfig container) {
        Map<String, OciLinux.Device> devices = new LinkedHashMap<>();
        List<DeviceRule> rules = new ArrayList<>();
        DEFAULTS.forEach(device -> devices.put(device.path(), device));
        if (container.security().privileged()) {
            add(devices, DEVICES, "/dev");
            rules.add(DeviceRule.all(true));
        } else {
            rules.addAll(DEFAULT_RULES);
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
            Map<String, OciLinux.Device> found = new LinkedHashMap<>();
            add(found, host, inside);
            if (found.isEmpty()) {
                throw BerthException.invalidArgument("devices has \"" + asked.hostPath() + "\", which is not a device");
            }
            devices.putAll(found);
            if (!container.security().privileged()) {
                String access = asked.permissions().isEmpty() ? "rwm" : asked.permissions();
                found.values().forEach(device -> rules.add(DeviceRule.allow(device, access)));
            }
        }
        if (rules.size() > MAXIMUM_RULES) {
            throw BerthException.invalidArgument(
                    "devices asks for " + rules.size() + " devices: at most " + MAXIMUM_RULES + " can be given");
        }
        return new Devices(List.copyOf(devices.values()), rules);
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
        if (Files.isDirectory(host, LinkOption.NOFOLLOW_LINKS)) {
            for (Path entry : entries(host)) {
                String name = entry.getFileName().toString();
                if (!host.equals(DEVICES) || !NOT_PASSED.contains(name)) {
                    add(devices, entry, inside + "/" + name);
                }
            }
        } else {
            try {
                OciLinux.Device node = node(host, inside);
                if (node != null && !node.type().equals("p")) {
                    devices.put(inside, node);
                }
            } catch (IOException gone) {
                // Then it is none of the container's either.
            }
        }
    }

    /** The device, or FIFO, that the host has at a path; null when there is something else. */
    public static OciLinux.@Nullable Device node(Path host, String inside) throws IOException {
        Map<String, Object> attributes =
                Files.readAttributes(host, "unix:mode,rdev,uid,gid", LinkOption.NOFOLLOW_LINKS);
        int mode = (int) number(attributes, "mode");
        String type = switch (mode & TYPE_MASK) {
            case CHARACTER -> "c";
            case BLOCK -> "b";
            case FIFO -> "p";
            default -> "";
        };
        long number = type.equals("p") ? 0 : number(attributes, "rdev");
        return type.isEmpty()
                ? null
                : new OciLinux.Device(
                        type,
                        inside,
                        major(number),
                        minor(number),
                        mode & 07777,
                        number(attributes, "uid"),
                        number(attributes, "gid"),
                        host.toString().equals(inside) ? null : host.toString());
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

package io.berth.core.cdi;

import io.berth.core.cdi.SpecDirectories.Found;
import io.berth.core.cdi.SpecDirectories.SpecFile;
import io.berth.core.error.BerthException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds the devices that are asked for by name in what the vendors' files say. Safe for any number of threads. */
final class DeviceRegistry {
    private static final int NAMED_AT_MOST = 20;

    private final SpecDirectories directories;

    DeviceRegistry(SpecDirectories directories) {
        this.directories = directories;
    }

    /** A device, and the file that says what it is. */
    record Known(DeviceName name, SpecFile file, CdiSpec.Device device) {}

    /** Them in the same order; NOT_FOUND for one that nobody knows, FAILED_PRECONDITION for one that two files have. */
    List<Known> find(List<DeviceName> names) {
        Found found = directories.scan();
        return names.stream().map(name -> find(name, found)).toList();
    }

    private Known find(DeviceName name, Found found) {
        List<Known> candidates = new ArrayList<>();
        for (SpecFile file : found.files()) {
            if (file.spec().kind().equals(name.kind())) {
                file.spec().devices().stream()
                        .filter(device -> device.name().equals(name.name()))
                        .forEach(device -> candidates.add(new Known(name, file, device)));
            }
        }
        if (candidates.isEmpty()) {
            throw BerthException.notFound(unknown(name, found));
        }
        int highest = candidates.getLast().file.priority();
        List<Known> best = candidates.stream()
                .filter(candidate -> candidate.file.priority() == highest)
                .toList();
        if (best.size() > 1) {
            throw BerthException.failedPrecondition("the CDI device " + name + " is in two files of one directory, "
                    + best.get(0).file.path() + " and " + best.get(1).file.path() + ": remove it from one of them");
        }
        return best.getFirst();
    }

    private String unknown(DeviceName name, Found found) {
        TreeSet<String> siblings = new TreeSet<>();
        TreeSet<String> kinds = new TreeSet<>();
        for (SpecFile file : found.files()) {
            kinds.add(file.spec().kind());
            if (file.spec().kind().equals(name.kind())) {
                file.spec().devices().forEach(device -> siblings.add(device.name()));
            }
        }
        String places = directories.directories().stream()
                .map(directory -> directory + (Files.isDirectory(directory) ? "" : " (which is not there)"))
                .collect(Collectors.joining(" and "));
        StringBuilder text = new StringBuilder("there is no CDI device " + name + ": looked in " + places);
        if (!siblings.isEmpty()) {
            text.append(", where ").append(name.kind()).append(" has ").append(some(siblings));
        } else if (!kinds.isEmpty()) {
            text.append(", where the kinds are ").append(some(kinds));
        }
        found.unusable().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .limit(NAMED_AT_MOST)
                .forEach(file -> text.append("; ")
                        .append(file.getKey())
                        .append(" cannot be used: ")
                        .append(file.getValue()));
        return text.toString();
    }

    private static String some(SortedSet<String> names) {
        return names.stream().limit(NAMED_AT_MOST).collect(Collectors.joining(", "))
                + (names.size() > NAMED_AT_MOST ? ", ..." : "");
    }
}

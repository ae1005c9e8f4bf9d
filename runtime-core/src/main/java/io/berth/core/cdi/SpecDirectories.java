package io.berth.core.cdi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directories of vendors' files, looked through anew for each request; a file is read again only when it has
 * changed. Safe for any number of threads, none of which waits for another.
 */
final class SpecDirectories {
    private static final int MAXIMUM_FILES = 1000;

    private final List<Path> directories;
    private final Map<Path, Read> known = new ConcurrentHashMap<>();

    /** @param directories those further back win */
    SpecDirectories(List<Path> directories) {
        this.directories = List.copyOf(directories);
    }

    List<Path> directories() {
        return directories;
    }

    /**
     * A file with what it says.
     *
     * @param priority of its directory; the higher wins
     */
    record SpecFile(Path path, int priority, CdiSpec spec) {}

    /**
     * What there is.
     *
     * @param unusable files and directories with why they are
     */
    record Found(List<SpecFile> files, Map<Path, String> unusable) {}

    private record Identity(@Nullable Object key, FileTime modified, long size) {}

    private record Read(Identity identity, @Nullable CdiSpec spec, String unusable) {}

    Found scan() {
        List<SpecFile> files = new ArrayList<>();
        Map<Path, String> unusable = new ConcurrentHashMap<>();
        Set<Path> seen = new HashSet<>();
        for (int priority = 0; priority < directories.size(); priority++) {
            for (Path path : files(directories.get(priority), unusable)) {
                Read read = read(path);
                if (read == null) {
                    continue;
                }
                seen.add(path);
                if (read.spec == null) {
                    unusable.put(path, read.unusable);
                } else {
                    files.add(new SpecFile(path, priority, read.spec));
                }
            }
        }
        known.keySet().retainAll(seen);
        return new Found(files, unusable);
    }

    private static List<Path> files(Path directory, Map<Path, String> unusable) {
        try (Stream<Path> entries = Files.list(directory)) {
            List<Path> files = entries.filter(SpecDirectories::isNamedSo)
                    .sorted()
                    .limit(MAXIMUM_FILES + 1)
                    .toList();
            if (files.size() > MAXIMUM_FILES) {
                unusable.put(directory, "it has more than " + MAXIMUM_FILES + " files, the others are passed over");
                return files.subList(0, MAXIMUM_FILES);
            }
            return files;
        } catch (NoSuchFileException absent) {
            return List.of();
        } catch (IOException failure) {
            unusable.put(directory, failure.toString());
            return List.of();
        }
    }

    private static boolean isNamedSo(Path file) {
        String name = file.getFileName().toString();
        return (name.endsWith(".json") || name.endsWith(".yaml")) && !Files.isDirectory(file);
    }

    /** What the file says, or why it says nothing; null when it has gone. */
    private @Nullable Read read(Path path) {
        Identity identity;
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            identity = new Identity(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
        } catch (IOException gone) {
            return null;
        }
        Read before = known.get(path);
        if (before != null && before.identity.equals(identity)) {
            return before;
        }
        Read now;
        try {
            now = new Read(identity, SpecReader.read(path), "");
        } catch (UnusableFile unusable) {
            now = new Read(identity, null, String.valueOf(unusable.getMessage()));
        }
        known.put(path, now);
        return now;
    }
}

package io.berth.core.statistics;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which cgroups were below which others: listing the directory of one costs as much as reading ten of its files.
 * Whoever uses it checks that they are all there are, by the kernel's count. Any thread.
 */
final class CgroupTree {
    /** More than a node has; what is gone stays here until then. */
    private static final int MOST = 4096;

    private final ConcurrentMap<String, List<String>> names = new ConcurrentHashMap<>();

    /** The names that were below that directory, none where it was never listed. */
    List<String> below(String path) {
        return names.getOrDefault(path, List.of());
    }

    void put(String path, List<String> below) {
        if (names.size() >= MOST) {
            names.clear();
        }
        names.put(path, below);
    }
}

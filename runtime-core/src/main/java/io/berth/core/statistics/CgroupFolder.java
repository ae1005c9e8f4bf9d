package io.berth.core.statistics;

import io.berth.core.statistics.PressureStatistics.Pressure;
import io.berth.kernel.Descriptor;
import io.berth.kernel.DirectoryEntry;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One cgroup, opened once to read several of its files. What is absent (a controller that the node lacks, a cgroup that
 * is gone) reads as {@link KernelText#NONE}, null or nothing. For one thread; closed by whoever opened it.
 */
public final class CgroupFolder implements AutoCloseable {
    /** Deeper than any container nests its cgroups; the kernel has no limit of its own by default. */
    private static final int DEEPEST = 64;

    private final SystemCalls calls;
    private final KernelText text;
    private final CgroupTree tree;
    private final String path;
    private final @Nullable Descriptor directory;

    private CgroupFolder(
            SystemCalls calls, KernelText text, CgroupTree tree, String path, @Nullable Descriptor directory) {
        this.calls = calls;
        this.text = text;
        this.tree = tree;
        this.path = path;
        this.directory = directory;
    }

    /**
     * Opens that directory; one that is not there opens as one without files.
     *
     * @param tree what cgroups had below them when it was last looked
     */
    static CgroupFolder open(SystemCalls calls, KernelText text, CgroupTree tree, String path) {
        return open(calls, text, tree, path, null, path);
    }

    private static CgroupFolder open(
            SystemCalls calls, KernelText text, CgroupTree tree, String path, @Nullable Descriptor above, String name) {
        try {
            return new CgroupFolder(calls, text, tree, path, calls.openat2(above, name, OpenHow.directory()));
        } catch (SystemCallException gone) {
            return new CgroupFolder(calls, text, tree, path, null);
        }
    }

    /** Whether it was there. */
    public boolean isThere() {
        return directory != null;
    }

    /** The text of one of its files until the next one is read; null when it cannot be read. */
    public @Nullable KernelText file(String name) {
        return directory != null && text.read(directory, name) ? text : null;
    }

    /** The number that a file says; {@link KernelText#NONE} for "max" and for a file that is not there. */
    public long number(String name) {
        KernelText file = file(name);
        return file == null ? KernelText.NONE : file.number();
    }

    /** As {@link #number}, null instead of {@link KernelText#NONE}. */
    public @Nullable Long numberOrNull(String name) {
        long number = number(name);
        return number == KernelText.NONE ? null : number;
    }

    /** What a pressure file says; null where the kernel does not count that. */
    public @Nullable PressureStatistics pressure(String name) {
        KernelText file = file(name);
        return file == null ? null : PressureText.parse(file.text());
    }

    /** The processes of this cgroup and of those below. */
    public List<Integer> processes() {
        List<String> lines = new ArrayList<>();
        addLines("cgroup.procs", lines, DEEPEST);
        return lines.stream().map(Integer::valueOf).toList();
    }

    /** The threads of this cgroup and of those below. */
    public List<String> threads() {
        List<String> lines = new ArrayList<>();
        addLines("cgroup.threads", lines, DEEPEST);
        return lines;
    }

    /** For files elsewhere, until the next one of this cgroup is read. */
    public KernelText text() {
        return text;
    }

    /** Adds the lines of this cgroup and of those below; returns how many are below. */
    private long addLines(String name, List<String> lines, int levels) {
        KernelText file = file(name);
        if (file != null) {
            for (String line : file.text().split("\n", -1)) {
                // 0 stands for a process that this daemon's PID namespace does not see.
                if (!line.isEmpty() && !line.equals("0")) {
                    lines.add(line);
                }
            }
        }
        KernelText stat = levels > 0 ? file("cgroup.stat") : null;
        long descendants = stat == null ? 0 : stat.valueOrZero("nr_descendants");
        if (descendants > 0) {
            int before = lines.size();
            if (addLinesBelow(tree.below(path), name, lines, levels) != descendants) {
                lines.subList(before, lines.size()).clear();
                List<String> children = children();
                tree.put(path, children);
                addLinesBelow(children, name, lines, levels);
            }
        }
        return descendants;
    }

    /** Returns how many cgroups were met; those that are gone do not count. */
    private long addLinesBelow(List<String> children, String name, List<String> lines, int levels) {
        long met = 0;
        for (String below : children) {
            try (CgroupFolder child = open(calls, text, tree, path + "/" + below, directory, below)) {
                if (child.isThere()) {
                    met += 1 + child.addLines(name, lines, levels - 1);
                }
            }
        }
        return met;
    }

    private List<String> children() {
        if (directory == null) {
            return List.of();
        }
        try {
            return calls.readDirectory(directory).stream()
                    .filter(DirectoryEntry::isDirectory)
                    .map(DirectoryEntry::name)
                    .toList();
        } catch (SystemCallException gone) {
            return List.of();
        }
    }

    /** Resident pages of a process; 0 when it is gone. */
    long residentPages(int process) {
        return text.read(null, "/proc/" + process + "/statm") ? Math.max(0, text.field(1)) : 0;
    }

    @Override
    public void close() {
        if (directory != null) {
            directory.close();
        }
    }

    /** The lines of a pressure file (kernel, accounting/psi.rst). */
    static final class PressureText {
        private PressureText() {}

        static PressureStatistics parse(String text) {
            Pressure some = Pressure.NONE;
            Pressure full = Pressure.NONE;
            for (String line : text.split("\n", -1)) {
                if (line.startsWith("some ")) {
                    some = line(line);
                } else if (line.startsWith("full ")) {
                    full = line(line);
                }
            }
            return new PressureStatistics(some, full);
        }

        private static Pressure line(String line) {
            return new Pressure(
                    Long.parseLong(field(line, " total=", "0")),
                    Double.parseDouble(field(line, " avg10=", "0")),
                    Double.parseDouble(field(line, " avg60=", "0")),
                    Double.parseDouble(field(line, " avg300=", "0")));
        }

        private static String field(String line, String key, String absent) {
            int start = line.indexOf(key);
            if (start < 0) {
                return absent;
            }
            int end = line.indexOf(' ', start + 1);
            return line.substring(start + key.length(), end < 0 ? line.length() : end);
        }
    }
}

package io.berth.core.metric;

import io.berth.core.statistics.KernelText;
import io.berth.kernel.Descriptor;
import io.berth.kernel.DirectoryEntry;
import io.berth.kernel.FileStatus;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Metrics of processes from {@code /proc}: open descriptors, sockets, soft limits. Processes may go meanwhile. */
final class ProcessMetrics {
    /** Descriptors of one process that are looked at for being sockets; a process can have a million of them. */
    private static final int MOST_LOOKED_AT = 10_000;

    private static final Pattern LIMIT = Pattern.compile("^Max ([a-z -]+?) {2,}(\\d+) ", Pattern.MULTILINE);

    private final SystemCalls calls;

    ProcessMetrics(SystemCalls calls) {
        this.calls = calls;
    }

    /** Adds what the processes have open, all together. */
    void descriptors(List<Integer> processes, Samples samples) {
        long open = 0;
        long sockets = 0;
        for (int process : processes) {
            try (Descriptor directory = calls.openat2(null, "/proc/" + process + "/fd", OpenHow.directory())) {
                List<DirectoryEntry> entries = calls.readDirectory(directory);
                open += entries.size();
                for (DirectoryEntry entry : entries.subList(0, Math.min(entries.size(), MOST_LOOKED_AT))) {
                    // Followed: what the link leads to is what is open.
                    FileStatus status = calls.findStatus(directory, entry.name(), 0);
                    sockets += status != null && status.type() == FileStatus.SOCKET ? 1 : 0;
                }
            } catch (SystemCallException gone) {
                // It has ended, and has nothing open.
            }
        }
        samples.add(PodMetric.FILE_DESCRIPTORS, open);
        samples.add(PodMetric.SOCKETS, sockets);
    }

    /** Adds the soft limits of a process that has some. */
    static void softLimits(int process, KernelText text, Samples samples) {
        if (text.read(null, "/proc/" + process + "/limits")) {
            Matcher limit = LIMIT.matcher(text.text());
            while (limit.find()) {
                samples.add(
                        PodMetric.ULIMITS_SOFT,
                        Long.parseUnsignedLong(limit.group(2)),
                        "max_"
                                + limit.group(1)
                                        .toLowerCase(Locale.ROOT)
                                        .replace(' ', '_')
                                        .replace('-', '_'));
            }
        }
    }
}

package io.berth.core.cgroup;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * oom_score_adj of the processes that run in a cgroup and below it (proc_pid_oom_score_adj(5)). A process that a
 * written one starts inherits the score; one that was started by another meanwhile is found by looking again: at once,
 * and once more a moment later, as a process has its parent's score some time before it can be seen in its cgroup. Used
 * by one thread.
 */
public final class OomScores {
    private static final Logger LOGGER = LoggerFactory.getLogger(OomScores.class);
    /** A cgroup that grows faster than it is read is left after so many looks. */
    private static final int LOOKS = 10;

    /** Long beside a fork, and short for a call. */
    private static final Duration LAST_LOOK = Duration.ofMillis(5);

    private final Cgroups cgroups;
    private final Path proc;
    private final String path;
    private final Map<Integer, String> earlier = new HashMap<>();

    /**
     * The scores of that cgroup's processes.
     *
     * @param proc where proc is mounted
     */
    public OomScores(Cgroups cgroups, Path proc, String path) {
        this.cgroups = cgroups;
        this.proc = proc;
        this.path = path;
    }

    /**
     * Sets the score of each process. One that may not be set that low (no CAP_SYS_RESOURCE) keeps what it has, and the
     * log says so.
     */
    public void write(int score) {
        writeAll(score);
        LockSupport.parkNanos(LAST_LOOK.toNanos());
        writeAll(score);
    }

    private void writeAll(int score) {
        boolean more = true;
        for (int look = 0; more && look < LOOKS; look++) {
            more = false;
            for (int process : cgroups.processesBelow(path)) {
                if (!earlier.containsKey(process)) {
                    more = true;
                    writeOne(process, score);
                }
            }
        }
    }

    private void writeOne(int process, int score) {
        @Nullable String before = CgroupFiles.readOrNull(file(process));
        earlier.put(process, before == null ? "" : before.strip());
        writeText(process, Integer.toString(score));
    }

    /**
     * Gives each process what it had.
     *
     * @param others for those that were started since
     */
    public void rollBack(int others) {
        for (int process : cgroups.processesBelow(path)) {
            String before = earlier.getOrDefault(process, Integer.toString(others));
            if (!before.isEmpty()) {
                writeText(process, before);
            }
        }
    }

    private void writeText(int process, String text) {
        try {
            CgroupFiles.write(file(process), text);
        } catch (NoSuchFileException ended) {
            LOGGER.debug("The process {} has ended", process);
        } catch (IOException failure) {
            LOGGER.atWarn()
                    .addKeyValue("cgroup", path)
                    .addKeyValue("pid", process)
                    .log("Cannot set oom_score_adj to {}: {}", text, CgroupFiles.reason(failure));
        }
    }

    private Path file(int process) {
        return proc.resolve(Integer.toString(process)).resolve("oom_score_adj");
    }
}

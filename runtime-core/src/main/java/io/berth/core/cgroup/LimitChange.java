package io.berth.core.cgroup;

import io.berth.core.error.BerthException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits written over those in force, so that they can be put back: each file is read before it is written, whether a
 * limit was ever asked for or not. Used by one thread.
 */
public final class LimitChange {
    private static final Logger LOGGER = LoggerFactory.getLogger(LimitChange.class);

    private final Cgroups cgroups;
    private final String path;
    private final Deque<Earlier> earlier = new ArrayDeque<>();

    /** What stood in a file: the first of the texts that the kernel takes puts it back. */
    private record Earlier(Path file, List<String> texts) {}

    LimitChange(Cgroups cgroups, String path) {
        this.cgroups = cgroups;
        this.path = path;
    }

    /**
     * Writes them.
     *
     * @throws BerthException when one cannot be written; those before it stand until {@link #rollBack}
     */
    void write(List<CgroupSetting> settings) {
        raisedFirst(settings, name -> CgroupFiles.readOrNull(file(name))).forEach(this::writeOne);
    }

    /**
     * What is raised, then what is lowered, else in the order given: memory that no longer fits below one limit is to
     * find the other one (swap) already open.
     *
     * @param before what stands in a file; null when it cannot be read
     */
    static List<CgroupSetting> raisedFirst(List<CgroupSetting> settings, Function<String, @Nullable String> before) {
        List<CgroupSetting> ordered = new ArrayList<>();
        List<CgroupSetting> lowered = new ArrayList<>();
        for (CgroupSetting setting : settings) {
            @Nullable String current = before.apply(setting.file());
            boolean isLowered = current != null && amount(setting.value()) < amount(current.strip());
            (isLowered ? lowered : ordered).add(setting);
        }
        ordered.addAll(lowered);
        return ordered;
    }

    /** What is no plain amount is as good as unlimited. */
    private static long amount(String value) {
        return !value.isEmpty() && value.length() < 19 && value.chars().allMatch(Character::isDigit)
                ? Long.parseLong(value)
                : Long.MAX_VALUE;
    }

    private void writeOne(CgroupSetting setting) {
        @Nullable String before = CgroupFiles.readOrNull(file(setting.file()));
        @Nullable
        String effective =
                before != null && before.isBlank() ? CgroupFiles.readOrNull(file(setting.file() + ".effective")) : null;
        if (cgroups.writeSetting(path, setting) && before != null) {
            earlier.push(new Earlier(file(setting.file()), EarlierText.of(setting, before.strip(), effective)));
        }
    }

    /** Puts back what stood there, newest first. A file that does not take it is logged, and the others go on. */
    public void rollBack() {
        while (!earlier.isEmpty()) {
            putBack(earlier.pop());
        }
    }

    private static void putBack(Earlier value) {
        @Nullable IOException refused = null;
        for (String text : value.texts()) {
            try {
                CgroupFiles.write(value.file(), text);
                return;
            } catch (IOException failure) {
                refused = failure;
            }
        }
        if (refused != null) {
            LOGGER.atWarn()
                    .addKeyValue("file", value.file())
                    .log("Cannot put back {}: {}", value.texts(), CgroupFiles.reason(refused));
        }
    }

    private Path file(String name) {
        return cgroups.directory(path).resolve(name);
    }
}

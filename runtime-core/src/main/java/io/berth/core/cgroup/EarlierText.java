package io.berth.core.cgroup;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to write to a cgroup file so that it says again what was read from it. */
final class EarlierText {
    private EarlierText() {}

    /**
     * The texts to try, best first.
     *
     * @param setting what was written over it
     * @param before what was read, without the line's end
     * @param effective for an empty cpuset: what it had from the cgroup above; null where there is no such file
     */
    static List<String> of(CgroupSetting setting, String before, @Nullable String effective) {
        if (setting.file().startsWith("io.")) {
            return List.of(ofDevice(setting, before));
        }
        if (!before.isEmpty()) {
            return List.of(before);
        }
        // A write of nothing is none: the empty value needs its line's end. Where processes are in the cgroup the
        // kernel may refuse the empty cpuset, though it had it; the same processors by name are the next best.
        return effective == null || effective.isBlank() ? List.of("\n") : List.of("\n", effective.strip());
    }

    /**
     * The io controller's files have a line for each device and take one at a time; a device without one has no limit.
     */
    private static String ofDevice(CgroupSetting setting, String before) {
        String device = setting.value().strip().split("\\s+", 2)[0];
        return before.lines()
                .filter(line -> line.startsWith(device + " "))
                .findFirst()
                .orElseGet(() -> switch (setting.file()) {
                    case "io.max" -> device + " rbps=max wbps=max riops=max wiops=max";
                    case "io.weight", "io.bfq.weight" ->
                        device.contains(":")
                                ? device + " default"
                                : before.lines()
                                        .filter(line -> line.startsWith("default "))
                                        .findFirst()
                                        .orElse("default 100");
                    case "io.latency" -> device + " target=0";
                    default -> before.isEmpty() ? "\n" : before;
                });
    }
}

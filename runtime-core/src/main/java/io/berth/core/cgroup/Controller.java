package io.berth.core.cgroup;

import java.util.Locale;

/** The cgroup v2 controllers that Berth uses. */
public enum Controller {
    CPU,
    CPUSET,
    MEMORY,
    PIDS,
    IO,
    HUGETLB;

    /** As cgroup.controllers names it. */
    public String kernelName() {
        return name().toLowerCase(Locale.ROOT);
    }
}

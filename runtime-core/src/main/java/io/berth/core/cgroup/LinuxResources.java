package io.berth.core.cgroup;

import io.berth.core.Immutable;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a container may use. Zero and empty mean "not said", as in the CRI; -1 means "no limit" where that makes sense.
 *
 * @param cpuPeriod microseconds
 * @param cpuQuota microseconds of each period
 * @param cpuShares the relative weight on the scale of cgroup v1, 2 to 262144
 * @param memoryLimitBytes of memory
 * @param memorySwapLimitBytes of memory and swap together
 * @param oomScoreAdj -1000 to 1000
 * @param cpusetCpus a list such as "0-3,7"
 * @param cpusetMems a list of memory nodes
 * @param unified cgroup v2 file names and what to write there
 */
public record LinuxResources(
        long cpuPeriod,
        long cpuQuota,
        long cpuShares,
        long memoryLimitBytes,
        long memorySwapLimitBytes,
        long oomScoreAdj,
        String cpusetCpus,
        String cpusetMems,
        List<HugepageLimit> hugepageLimits,
        Map<String, String> unified) {
    /** Nothing said. */
    public static final LinuxResources NONE = new LinuxResources(0, 0, 0, 0, 0, 0, "", "", List.of(), Map.of());

    public LinuxResources {
        cpusetCpus = Immutable.text(cpusetCpus);
        cpusetMems = Immutable.text(cpusetMems);
        hugepageLimits = Immutable.list(hugepageLimits);
        unified = Immutable.map(unified);
    }

    /** The same with what the other one says in place of what this one says. */
    public LinuxResources with(LinuxResources said) {
        Map<String, String> unifiedMerged = new HashMap<>(unified);
        unifiedMerged.putAll(said.unified);
        Map<String, HugepageLimit> pages = new LinkedHashMap<>();
        hugepageLimits.forEach(limit -> pages.put(limit.pageSize(), limit));
        said.hugepageLimits.forEach(limit -> pages.put(limit.pageSize(), limit));
        return new LinuxResources(
                said.cpuPeriod != 0 ? said.cpuPeriod : cpuPeriod,
                said.cpuQuota != 0 ? said.cpuQuota : cpuQuota,
                said.cpuShares != 0 ? said.cpuShares : cpuShares,
                said.memoryLimitBytes != 0 ? said.memoryLimitBytes : memoryLimitBytes,
                swapWith(said),
                said.oomScoreAdj != 0 ? said.oomScoreAdj : oomScoreAdj,
                said.cpusetCpus.isEmpty() ? cpusetCpus : said.cpusetCpus,
                said.cpusetMems.isEmpty() ? cpusetMems : said.cpusetMems,
                List.copyOf(pages.values()),
                unifiedMerged);
    }

    /** Memory without a limit leaves none to memory and swap together. */
    private long swapWith(LinuxResources said) {
        if (said.memorySwapLimitBytes != 0) {
            return said.memorySwapLimitBytes;
        }
        return said.memoryLimitBytes < 0 && memorySwapLimitBytes > 0 ? -1 : memorySwapLimitBytes;
    }
}

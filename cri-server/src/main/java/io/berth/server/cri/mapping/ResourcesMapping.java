package io.berth.server.cri.mapping;

import io.berth.core.cgroup.HugepageLimit;
import io.berth.core.cgroup.LinuxResources;
import io.berth.proto.cri.v1.LinuxContainerResources;
import java.util.ArrayList;
import java.util.List;

/** Limits. */
public final class ResourcesMapping {
    private ResourcesMapping() {}

    public static LinuxResources toCore(LinuxContainerResources resources, String field) {
        List<HugepageLimit> hugepages = new ArrayList<>(resources.getHugepageLimitsCount());
        resources
                .getHugepageLimitsList()
                .forEach(limit -> hugepages.add(new HugepageLimit(
                        Require.text(limit.getPageSize(), field + ".hugepage_limits.page_size"), limit.getLimit())));
        return new LinuxResources(
                resources.getCpuPeriod(),
                resources.getCpuQuota(),
                resources.getCpuShares(),
                resources.getMemoryLimitInBytes(),
                resources.getMemorySwapLimitInBytes(),
                Require.between(resources.getOomScoreAdj(), -1000, 1000, field + ".oom_score_adj"),
                Require.plain(resources.getCpusetCpus(), field + ".cpuset_cpus"),
                Require.plain(resources.getCpusetMems(), field + ".cpuset_mems"),
                hugepages,
                resources.getUnifiedMap());
    }

    static LinuxContainerResources toCri(LinuxResources resources) {
        LinuxContainerResources.Builder builder = LinuxContainerResources.newBuilder()
                .setCpuPeriod(resources.cpuPeriod())
                .setCpuQuota(resources.cpuQuota())
                .setCpuShares(resources.cpuShares())
                .setMemoryLimitInBytes(resources.memoryLimitBytes())
                .setMemorySwapLimitInBytes(resources.memorySwapLimitBytes())
                .setOomScoreAdj(resources.oomScoreAdj())
                .setCpusetCpus(resources.cpusetCpus())
                .setCpusetMems(resources.cpusetMems())
                .putAllUnified(resources.unified());
        resources
                .hugepageLimits()
                .forEach(limit -> builder.addHugepageLimits(io.berth.proto.cri.v1.HugepageLimit.newBuilder()
                        .setPageSize(limit.pageSize())
                        .setLimit(limit.limitBytes())));
        return builder.build();
    }
}

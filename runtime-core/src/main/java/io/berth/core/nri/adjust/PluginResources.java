package io.berth.core.nri.adjust;

import io.berth.core.cgroup.HugepageLimit;
import io.berth.core.error.BerthException;
import io.berth.proto.nri.v1alpha1.LinuxCPU;
import io.berth.proto.nri.v1alpha1.LinuxMemory;
import io.berth.proto.nri.v1alpha1.LinuxPids;
import io.berth.proto.nri.v1alpha1.LinuxResources;
import io.berth.proto.nri.v1alpha1.OptionalInt64;
import io.berth.proto.nri.v1alpha1.OptionalUInt64;
import java.util.HashMap;
import java.util.Map;

/** Resources between plugins' messages and the core's records. */
public final class PluginResources {
    /** The file of cgroup v2 for what plugins call a limit of processes. */
    private static final String PIDS = "pids.max";

    /** The file of cgroup v2 for what plugins call a memory reservation. */
    private static final String RESERVATION = "memory.low";

    private PluginResources() {}

    /** As plugins are told them. */
    public static LinuxResources message(io.berth.core.cgroup.LinuxResources resources) {
        LinuxResources.Builder message = LinuxResources.newBuilder();
        LinuxMemory.Builder memory = message.getMemoryBuilder();
        if (resources.memoryLimitBytes() != 0) {
            memory.setLimit(signed(resources.memoryLimitBytes()));
        }
        if (resources.memorySwapLimitBytes() != 0) {
            memory.setSwap(signed(resources.memorySwapLimitBytes()));
        }
        LinuxCPU.Builder cpu = message.getCpuBuilder();
        if (resources.cpuShares() != 0) {
            cpu.setShares(unsigned(resources.cpuShares()));
        }
        if (resources.cpuQuota() != 0) {
            cpu.setQuota(signed(resources.cpuQuota()));
        }
        if (resources.cpuPeriod() != 0) {
            cpu.setPeriod(unsigned(resources.cpuPeriod()));
        }
        cpu.setCpus(resources.cpusetCpus()).setMems(resources.cpusetMems());
        for (HugepageLimit limit : resources.hugepageLimits()) {
            message.addHugepageLimitsBuilder().setPageSize(limit.pageSize()).setLimit(limit.limitBytes());
        }
        resources.unified().forEach((file, value) -> {
            if (file.equals(PIDS) && value.matches("max|[0-9]{1,18}")) {
                message.setPids(LinuxPids.newBuilder().setLimit(value.equals("max") ? -1 : Long.parseLong(value)));
            } else {
                message.putUnified(file, value);
            }
        });
        return message.build();
    }

    private static OptionalInt64.Builder signed(long value) {
        return OptionalInt64.newBuilder().setValue(value);
    }

    private static OptionalUInt64.Builder unsigned(long value) {
        return OptionalUInt64.newBuilder().setValue(value);
    }

    /**
     * What a plugin asks for, as the core takes it; FAILED_PRECONDITION for what cgroup v2 or Berth cannot do.
     *
     * @param who names the plugin in errors
     */
    public static io.berth.core.cgroup.LinuxResources of(LinuxResources asked, String who) {
        refuse(asked, who);
        LinuxMemory memory = asked.getMemory();
        LinuxCPU cpu = asked.getCpu();
        Map<String, String> unified = new HashMap<>(asked.getUnifiedMap());
        if (asked.hasPids()) {
            long limit = asked.getPids().getLimit();
            unified.put(PIDS, limit <= 0 ? "max" : Long.toString(limit));
        }
        if (memory.hasReservation()) {
            long reservation = memory.getReservation().getValue();
            unified.put(RESERVATION, reservation < 0 ? "max" : Long.toString(reservation));
        }
        return new io.berth.core.cgroup.LinuxResources(
                cpu.getPeriod().getValue(),
                cpu.getQuota().getValue(),
                cpu.getShares().getValue(),
                memory.getLimit().getValue(),
                memory.getSwap().getValue(),
                0,
                cpu.getCpus(),
                cpu.getMems(),
                asked.getHugepageLimitsList().stream()
                        .map(limit -> new HugepageLimit(limit.getPageSize(), limit.getLimit()))
                        .toList(),
                unified);
    }

    /** The same for a container that there is already: which devices it may use was settled when it was made. */
    public static io.berth.core.cgroup.LinuxResources ofUpdate(LinuxResources asked, String who) {
        refuse(asked.getDevicesCount() > 0, who, "devices", "it can be set only while a container is being created");
        return of(asked, who);
    }

    private static void refuse(LinuxResources asked, String who) {
        LinuxMemory memory = asked.getMemory();
        LinuxCPU cpu = asked.getCpu();
        String version1 = "cgroup v1 had it and v2 does not";
        refuse(memory.hasKernel(), who, "memory.kernel", version1);
        refuse(memory.hasKernelTcp(), who, "memory.kernel_tcp", version1);
        refuse(memory.hasSwappiness(), who, "memory.swappiness", version1);
        refuse(memory.getDisableOomKiller().getValue(), who, "memory.disable_oom_killer", version1);
        refuse(
                memory.hasUseHierarchy() && !memory.getUseHierarchy().getValue(),
                who,
                "memory.use_hierarchy = false",
                version1);
        refuse(cpu.hasRealtimeRuntime(), who, "cpu.realtime_runtime", version1);
        refuse(cpu.hasRealtimePeriod(), who, "cpu.realtime_period", version1);
        refuse(
                !asked.getBlockioClass().getValue().isEmpty(),
                who,
                "blockio_class",
                "Berth has no classes; io.max and io.weight can be set by resources.unified");
        refuse(!asked.getRdtClass().getValue().isEmpty(), who, "rdt_class", "Berth has no classes of Intel RDT");
    }

    private static void refuse(boolean asked, String who, String field, String why) {
        if (asked) {
            throw BerthException.failedPrecondition(
                    "the NRI plugin " + who + " sets linux.resources." + field + ", which cannot be: " + why);
        }
    }
}

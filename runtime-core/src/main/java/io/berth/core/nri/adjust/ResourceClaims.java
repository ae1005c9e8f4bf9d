package io.berth.core.nri.adjust;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.berth.proto.nri.v1alpha1.Field;
import io.berth.proto.nri.v1alpha1.HugepageLimit;
import io.berth.proto.nri.v1alpha1.LinuxResources;
import java.util.Map;
import java.util.Objects;

/** Resources under adjustment: what one plugin says goes over what was there, if no other plugin said it. */
final class ResourceClaims {
    private static final Map<String, Field> MEMORY = Map.of(
            "limit", Field.MemLimit,
            "reservation", Field.MemReservation,
            "swap", Field.MemSwapLimit,
            "kernel", Field.MemKernelLimit,
            "kernel_tcp", Field.MemTCPLimit,
            "swappiness", Field.MemSwappiness,
            "disable_oom_killer", Field.MemDisableOomKiller,
            "use_hierarchy", Field.MemUseHierarchy);
    private static final Map<String, Field> CPU = Map.of(
            "shares", Field.CPUShares,
            "quota", Field.CPUQuota,
            "period", Field.CPUPeriod,
            "realtime_runtime", Field.CPURealtimeRuntime,
            "realtime_period", Field.CPURealtimePeriod,
            "cpus", Field.CPUSetCPUs,
            "mems", Field.CPUSetMems);

    private final Owners owners;
    private final String container;
    private final String plugin;

    ResourceClaims(Owners owners, String container, String plugin) {
        this.owners = owners;
        this.container = container;
        this.plugin = plugin;
    }

    /** Claims everything that is asked for; FAILED_PRECONDITION where another plugin was before. */
    void claim(LinuxResources asked) {
        claim(MEMORY, asked.getMemory());
        claim(CPU, asked.getCpu());
        asked.getHugepageLimitsList()
                .forEach(limit -> owners.claim(container, Field.HugepageLimits, limit.getPageSize(), plugin));
        asked.getUnifiedMap().keySet().forEach(file -> owners.claim(container, Field.CgroupsUnified, file, plugin));
        if (asked.hasBlockioClass()) {
            owners.claim(container, Field.BlockioClass, plugin);
        }
        if (asked.hasRdtClass()) {
            owners.claim(container, Field.RdtClass, plugin);
        }
        if (asked.hasPids()) {
            owners.claim(container, Field.PidsLimit, plugin);
        }
    }

    private void claim(Map<String, Field> fields, Message asked) {
        for (FieldDescriptor said : asked.getAllFields().keySet()) {
            owners.claim(container, Objects.requireNonNull(fields.get(said.getName())), plugin);
        }
    }

    /** Puts what is asked for over what is there. */
    static void merge(LinuxResources asked, LinuxResources.Builder there) {
        asked.getMemory()
                .getAllFields()
                .forEach((field, value) -> there.getMemoryBuilder().setField(field, value));
        asked.getCpu()
                .getAllFields()
                .forEach((field, value) -> there.getCpuBuilder().setField(field, value));
        for (HugepageLimit limit : asked.getHugepageLimitsList()) {
            for (int index = there.getHugepageLimitsCount() - 1; index >= 0; index--) {
                if (there.getHugepageLimits(index).getPageSize().equals(limit.getPageSize())) {
                    there.removeHugepageLimits(index);
                }
            }
            there.addHugepageLimits(limit);
        }
        there.putAllUnified(asked.getUnifiedMap());
        there.addAllDevices(asked.getDevicesList());
        if (asked.hasBlockioClass()) {
            there.setBlockioClass(asked.getBlockioClass());
        }
        if (asked.hasRdtClass()) {
            there.setRdtClass(asked.getRdtClass());
        }
        if (asked.hasPids()) {
            there.setPids(asked.getPids());
        }
    }
}

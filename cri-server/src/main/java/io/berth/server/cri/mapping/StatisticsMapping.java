package io.berth.server.cri.mapping;

import io.berth.core.container.Container;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.statistics.ContainerStatistics;
import io.berth.core.statistics.NetworkUsage;
import io.berth.core.statistics.PressureStatistics;
import io.berth.core.statistics.SandboxStatistics;
import io.berth.proto.cri.v1.ContainerAttributes;
import io.berth.proto.cri.v1.ContainerStats;
import io.berth.proto.cri.v1.CpuUsage;
import io.berth.proto.cri.v1.FilesystemIdentifier;
import io.berth.proto.cri.v1.FilesystemUsage;
import io.berth.proto.cri.v1.IoUsage;
import io.berth.proto.cri.v1.LinuxPodSandboxStats;
import io.berth.proto.cri.v1.MemoryUsage;
import io.berth.proto.cri.v1.NetworkInterfaceUsage;
import io.berth.proto.cri.v1.PodSandboxAttributes;
import io.berth.proto.cri.v1.PodSandboxStats;
import io.berth.proto.cri.v1.ProcessUsage;
import io.berth.proto.cri.v1.PsiData;
import io.berth.proto.cri.v1.PsiStats;
import io.berth.proto.cri.v1.SwapUsage;
import io.berth.proto.cri.v1.UInt64Value;

/** Usage. What the core does not know stays unset. */
public final class StatisticsMapping {
    private StatisticsMapping() {}

    public static ContainerStats toCri(ContainerStatistics statistics) {
        Container container = statistics.container();
        ContainerStats.Builder builder = ContainerStats.newBuilder()
                .setAttributes(ContainerAttributes.newBuilder()
                        .setId(container.id())
                        .setMetadata(ContainerMapping.metadata(container))
                        .putAllLabels(container.config().labels())
                        .putAllAnnotations(container.config().annotations()));
        if (statistics.cpu() != null) {
            builder.setCpu(toCri(statistics.cpu()));
        }
        if (statistics.memory() != null) {
            builder.setMemory(toCri(statistics.memory()));
        }
        if (statistics.swap() != null) {
            builder.setSwap(toCri(statistics.swap()));
        }
        if (statistics.io() != null) {
            builder.setIo(toCri(statistics.io()));
        }
        if (statistics.writableLayer() != null) {
            builder.setWritableLayer(FilesystemUsage.newBuilder()
                    .setTimestamp(statistics.writableLayer().timestamp())
                    .setUsedBytes(value(statistics.writableLayer().usedBytes()))
                    .setInodesUsed(value(statistics.writableLayer().inodesUsed()))
                    .setFsId(FilesystemIdentifier.newBuilder()
                            .setMountpoint(statistics.writableLayer().mountpoint())));
        }
        return builder.build();
    }

    public static PodSandboxStats toCri(SandboxStatistics statistics) {
        Sandbox sandbox = statistics.sandbox();
        PodSandboxStats.Builder builder = PodSandboxStats.newBuilder()
                .setAttributes(PodSandboxAttributes.newBuilder()
                        .setId(sandbox.id())
                        .setMetadata(SandboxMapping.metadata(sandbox))
                        .putAllLabels(sandbox.config().labels())
                        .putAllAnnotations(sandbox.config().annotations()));
        LinuxPodSandboxStats.Builder linux = LinuxPodSandboxStats.newBuilder();
        if (statistics.cpu() != null) {
            linux.setCpu(toCri(statistics.cpu()));
        }
        if (statistics.memory() != null) {
            linux.setMemory(toCri(statistics.memory()));
        }
        if (statistics.io() != null) {
            linux.setIo(toCri(statistics.io()));
        }
        if (statistics.network() != null) {
            linux.setNetwork(toCri(statistics.network()));
        }
        if (statistics.processCount() != null) {
            linux.setProcess(ProcessUsage.newBuilder()
                    .setTimestamp(statistics.timestamp())
                    .setProcessCount(value(statistics.processCount())));
        }
        statistics.containers().forEach(container -> linux.addContainers(toCri(container)));
        return builder.setLinux(linux).build();
    }

    private static CpuUsage toCri(io.berth.core.statistics.CpuUsage usage) {
        CpuUsage.Builder builder = CpuUsage.newBuilder()
                .setTimestamp(usage.timestamp())
                .setUsageCoreNanoSeconds(value(usage.usageCoreNanoseconds()));
        if (usage.usageNanoCores() != null) {
            builder.setUsageNanoCores(value(usage.usageNanoCores()));
        }
        if (usage.pressure() != null) {
            builder.setPsi(toCri(usage.pressure()));
        }
        return builder.build();
    }

    private static MemoryUsage toCri(io.berth.core.statistics.MemoryUsage usage) {
        MemoryUsage.Builder builder = MemoryUsage.newBuilder()
                .setTimestamp(usage.timestamp())
                .setWorkingSetBytes(value(usage.workingSetBytes()))
                .setUsageBytes(value(usage.usageBytes()))
                .setRssBytes(value(usage.rssBytes()));
        if (usage.pageFaults() != null) {
            builder.setPageFaults(value(usage.pageFaults()));
        }
        if (usage.majorPageFaults() != null) {
            builder.setMajorPageFaults(value(usage.majorPageFaults()));
        }
        if (usage.availableBytes() != null) {
            builder.setAvailableBytes(value(usage.availableBytes()));
        }
        if (usage.pressure() != null) {
            builder.setPsi(toCri(usage.pressure()));
        }
        return builder.build();
    }

    private static SwapUsage toCri(io.berth.core.statistics.SwapUsage usage) {
        SwapUsage.Builder builder =
                SwapUsage.newBuilder().setTimestamp(usage.timestamp()).setSwapUsageBytes(value(usage.usageBytes()));
        if (usage.availableBytes() != null) {
            builder.setSwapAvailableBytes(value(usage.availableBytes()));
        }
        return builder.build();
    }

    private static IoUsage toCri(io.berth.core.statistics.IoUsage usage) {
        return IoUsage.newBuilder()
                .setTimestamp(usage.timestamp())
                .setPsi(toCri(usage.pressure()))
                .build();
    }

    private static io.berth.proto.cri.v1.NetworkUsage toCri(NetworkUsage usage) {
        io.berth.proto.cri.v1.NetworkUsage.Builder builder =
                io.berth.proto.cri.v1.NetworkUsage.newBuilder().setTimestamp(usage.timestamp());
        for (int i = 0; i < usage.interfaces().size(); i++) {
            NetworkInterfaceUsage mapped = toCri(usage.interfaces().get(i));
            if (i == 0) {
                builder.setDefaultInterface(mapped);
            } else {
                builder.addInterfaces(mapped);
            }
        }
        return builder.build();
    }

    private static NetworkInterfaceUsage toCri(NetworkUsage.Interface usage) {
        return NetworkInterfaceUsage.newBuilder()
                .setName(usage.name())
                .setRxBytes(value(usage.receivedBytes()))
                .setRxErrors(value(usage.receiveErrors()))
                .setTxBytes(value(usage.transmittedBytes()))
                .setTxErrors(value(usage.transmitErrors()))
                .build();
    }

    private static PsiStats toCri(PressureStatistics pressure) {
        return PsiStats.newBuilder()
                .setFull(toCri(pressure.full()))
                .setSome(toCri(pressure.some()))
                .build();
    }

    private static PsiData toCri(PressureStatistics.Pressure pressure) {
        return PsiData.newBuilder()
                .setTotal(pressure.totalMicroseconds())
                .setAvg10(pressure.average10())
                .setAvg60(pressure.average60())
                .setAvg300(pressure.average300())
                .build();
    }

    private static UInt64Value value(long value) {
        return UInt64Value.newBuilder().setValue(value).build();
    }
}

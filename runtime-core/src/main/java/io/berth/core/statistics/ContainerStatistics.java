package io.berth.core.statistics;

import io.berth.core.container.Container;
import org.jspecify.annotations.Nullable;

/** What a container uses. What is null the kernel does not say, or the container does not run. */
public record ContainerStatistics(
        Container container,
        @Nullable CpuUsage cpu,
        @Nullable MemoryUsage memory,
        @Nullable SwapUsage swap,
        @Nullable IoUsage io,
        @Nullable WritableLayerUsage writableLayer) {}

package io.berth.e2e.compare;

import io.berth.e2e.bench.CpuMeter;
import io.berth.e2e.registry.RegistryProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * What every part of the benchmark works with.
 *
 * @param contenders who is measured, Berth first
 * @param registry on this machine, for images to pull
 * @param disk for files of parts
 * @param idle knows what the machine does with all daemons idle
 * @param progress takes a line about what is under way
 */
record Session(
        List<Pods> contenders,
        Scale scale,
        Results results,
        RegistryProcess registry,
        Path disk,
        CpuMeter idle,
        Consumer<String> progress) {
    /** CPU time of the machine, and of the contender's daemon as it is now. */
    CpuMeter meter(Pods pods) {
        return idle.of(pods.contender().daemon());
    }
}

package io.berth.e2e.compare;

import io.berth.e2e.bench.CpuMeter;
import io.berth.e2e.bench.Measurement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Calls of one kind to one contender, gathered over the rounds. Not for several threads. */
final class Tally {
    private static final double NANOSECONDS_PER_MILLISECOND = 1e6;

    private final List<Double> milliseconds = new ArrayList<>();
    private final List<CpuMeter.Spent> perCall = new ArrayList<>();

    /** Runs and times one call. */
    void time(Runnable call) {
        long start = System.nanoTime();
        call.run();
        add(System.nanoTime() - start);
    }

    void add(long nanoseconds) {
        milliseconds.add(nanoseconds / NANOSECONDS_PER_MILLISECOND);
    }

    /** What so many of the calls cost together. */
    void add(CpuMeter.Spent spent, int calls) {
        perCall.add(new CpuMeter.Spent(spent.machine() / calls, spent.processes() / calls, spent.daemon() / calls));
    }

    /** Takes over what another one has gathered. */
    void add(Tally other) {
        milliseconds.addAll(other.milliseconds);
    }

    boolean isEmpty() {
        return milliseconds.isEmpty();
    }

    /** CPU time is NaN where none was measured. */
    Measurement measurement(String operation) {
        List<Double> sorted = new ArrayList<>(milliseconds);
        Collections.sort(sorted);
        return new Measurement(
                operation,
                sorted,
                middle(CpuMeter.Spent::machine),
                middle(CpuMeter.Spent::processes),
                middle(CpuMeter.Spent::daemon));
    }

    /** The mean without the highest and the lowest quarter: in some rounds the machine had something else to do. */
    private double middle(ToDoubleFunction<CpuMeter.Spent> which) {
        double[] sorted = perCall.stream().mapToDouble(which).sorted().toArray();
        int quarter = sorted.length / 4;
        return Arrays.stream(sorted, quarter, sorted.length - quarter).average().orElse(Double.NaN);
    }
}

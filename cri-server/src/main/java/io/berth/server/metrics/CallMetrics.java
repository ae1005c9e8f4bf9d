package io.berth.server.metrics;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts calls by method and code, with a histogram of how long they took: some additions for each call, none of them
 * under a lock. Any thread.
 */
public final class CallMetrics extends ServerStreamTracer.Factory {
    /** The upper ends of the histogram, seconds. */
    static final double[] BOUNDS = {
        0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300
    };

    private static final double NANOSECONDS = 1e9;

    private final Map<String, Method> methods = new ConcurrentHashMap<>();

    /** One method's numbers. */
    static final class Method {
        final LongAdder started = new LongAdder();
        final Map<Status.Code, LongAdder> ended = new ConcurrentHashMap<>();
        final LongAdder[] buckets = new LongAdder[BOUNDS.length + 1];
        final LongAdder nanoseconds = new LongAdder();

        Method() {
            for (int i = 0; i < buckets.length; i++) {
                buckets[i] = new LongAdder();
            }
        }

        void ended(Status.Code code, long took) {
            ended.computeIfAbsent(code, key -> new LongAdder()).increment();
            nanoseconds.add(took);
            double seconds = took / NANOSECONDS;
            int bucket = 0;
            while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]) {
                bucket++;
            }
            buckets[bucket].increment();
        }

        long running() {
            return Math.max(
                    0,
                    started.sum()
                            - ended.values().stream().mapToLong(LongAdder::sum).sum());
        }
    }

    /** The numbers by method, without the package: "RunPodSandbox". Methods that nobody called are not there. */
    Map<String, Method> methods() {
        return methods;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        Method method = method(fullMethodName);
        method.started.increment();
        long start = System.nanoTime();
        return new ServerStreamTracer() {
            @Override
            public void streamClosed(Status status) {
                method.ended(status.getCode(), System.nanoTime() - start);
            }
        };
    }

    private Method method(String fullMethodName) {
        String name = fullMethodName.substring(fullMethodName.lastIndexOf('/') + 1);
        Method method = methods.get(name);
        if (method != null) {
            return method;
        }
        // Anybody can call methods that do not exist: those have one name together.
        String known = fullMethodName.startsWith("runtime.v1.") && KnownMethods.NAMES.contains(name) ? name : "other";
        return methods.computeIfAbsent(known, key -> new Method());
    }
}

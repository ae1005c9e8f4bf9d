package io.berth.core.event;

import io.berth.core.container.Container;
import io.berth.core.event.ContainerEvent.Kind;
import io.berth.core.sandbox.Sandbox;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells listeners what happens, each of them everything from its subscription on, all in the same order. Nothing is
 * kept here: without listeners an event costs nothing. Any thread.
 */
public final class Events {
    private static final long NANOSECONDS = 1_000_000_000L;

    private final List<Consumer<ContainerEvent>> listeners = new CopyOnWriteArrayList<>();
    private long last;

    /**
     * Every event from now on goes to that listener, until the subscription is closed. It is called where the event
     * happens, one event at a time, so it must do no more than put it aside, and throw nothing.
     */
    public Subscription subscribe(Consumer<ContainerEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Ends the calls of a listener; one that is under way ends as it is. */
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Tells of an event that has just happened.
     *
     * @param pod asked for the sandbox as it is now, only when somebody listens
     * @param containers asked for the sandbox's containers, likewise
     */
    public void publish(Kind kind, String containerId, Supplier<Sandbox> pod, Supplier<List<Container>> containers) {
        if (listeners.isEmpty()) {
            return;
        }
        synchronized (this) {
            Instant now = Instant.now();
            last = Math.max(last, now.getEpochSecond() * NANOSECONDS + now.getNano());
            ContainerEvent event = new ContainerEvent(kind, containerId, last, pod.get(), containers.get());
            listeners.forEach(listener -> listener.accept(event));
        }
    }
}

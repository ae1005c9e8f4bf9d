package io.berth.core.lifecycle;

import io.berth.core.container.ContainerState;
import io.berth.core.event.ContainerEvent.Kind;

/** Makes known what becomes of sandboxes and containers, right after it is true in memory. */
final class Announcer {
    private Announcer() {}

    static void created(Parts parts, ContainerEntry container) {
        publish(parts, container, Kind.CREATED);
    }

    /** Its first process runs. Whether that is news: its end may have been told already, and its start with it. */
    static boolean running(Parts parts, ContainerEntry container, ContainerState.Running running) {
        // What happens to one container is told in the order in which it happens, whoever sees it.
        synchronized (container) {
            boolean isNews = container.running(running);
            if (isNews) {
                publish(parts, container, Kind.STARTED);
            }
            return isNews;
        }
    }

    /** It ended. Whether that is news. */
    static boolean exited(Parts parts, ContainerEntry container, ContainerState.Exited exit) {
        synchronized (container) {
            ContainerState before = container.container().state();
            if (!container.exited(exit)) {
                return false;
            }
            if (before instanceof ContainerState.Created && exit.startedAt() != 0) {
                // The shim's news was faster than its answer to the start.
                publish(parts, container, Kind.STARTED);
            }
            publish(parts, container, Kind.STOPPED);
            return true;
        }
    }

    static void deleted(Parts parts, ContainerEntry container) {
        synchronized (container) {
            publish(parts, container, Kind.DELETED);
        }
    }

    /** A sandbox is made and ready at once: both are told. */
    static void ready(Parts parts, SandboxEntry sandbox) {
        publish(parts, sandbox, sandbox.id(), Kind.CREATED);
        publish(parts, sandbox, sandbox.id(), Kind.STARTED);
    }

    static void stopped(Parts parts, SandboxEntry sandbox) {
        publish(parts, sandbox, sandbox.id(), Kind.STOPPED);
    }

    static void deleted(Parts parts, SandboxEntry sandbox) {
        publish(parts, sandbox, sandbox.id(), Kind.DELETED);
    }

    private static void publish(Parts parts, ContainerEntry container, Kind kind) {
        publish(parts, container.sandbox(), container.id(), kind);
    }

    private static void publish(Parts parts, SandboxEntry sandbox, String id, Kind kind) {
        parts.events()
                .publish(
                        kind,
                        id,
                        sandbox::sandbox,
                        () -> parts.containers().of(sandbox.id()).stream()
                                .map(ContainerEntry::container)
                                .toList());
    }
}

package io.berth.server.daemon;

import io.berth.kernel.SystemCalls;
import io.berth.kernel.SystemdNotify;
import java.time.Duration;
import java.util.Optional;

/** systemd, if it started this process: told of the daemon's state, and that it is alive as often as it wants. */
final class ServiceManager {
    private final Optional<SystemdNotify> notify;

    private ServiceManager(Optional<SystemdNotify> notify) {
        this.notify = notify;
    }

    static ServiceManager ofEnvironment() {
        // Nothing of the kernel's seam is touched where there is nobody to tell.
        return new ServiceManager(
                System.getenv("NOTIFY_SOCKET") == null
                        ? Optional.empty()
                        : SystemdNotify.of(System.getenv(), SystemCalls.real()));
    }

    void ready(String status) {
        notify.ifPresent(to -> {
            to.ready(status);
            to.watchdogInterval().ifPresent(interval -> startWatchdog(to, interval.dividedBy(2)));
        });
    }

    void stopping() {
        notify.ifPresent(SystemdNotify::stopping);
    }

    private static void startWatchdog(SystemdNotify to, Duration pause) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            to.watchdog();
                            Thread.sleep(pause);
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "watchdog");
        thread.setDaemon(true);
        thread.start();
    }
}

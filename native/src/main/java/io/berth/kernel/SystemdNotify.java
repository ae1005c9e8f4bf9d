package io.berth.kernel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how the daemon is, over {@code $NOTIFY_SOCKET} (sd_notify(3)). Without that variable there is nobody to
 * tell. A message that cannot be delivered is logged and otherwise passed over: the daemon's work does not depend on
 * it.
 */
public final class SystemdNotify {
    private static final Logger LOGGER = LoggerFactory.getLogger(SystemdNotify.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final SocketCalls calls;
    private final String address;
    private final Optional<Duration> watchdogInterval;

    private SystemdNotify(SocketCalls calls, String address, Optional<Duration> watchdogInterval) {
        this.calls = calls;
        this.address = address;
        this.watchdogInterval = watchdogInterval;
    }

    /** Returns the way to systemd that {@code environment} names, if it names one. */
    public static Optional<SystemdNotify> of(Map<String, String> environment, SocketCalls calls) {
        String address = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (address.isEmpty()) {
            return Optional.empty();
        }
        if (!address.startsWith("/") && !address.startsWith("@")) {
            LOGGER.warn("NOTIFY_SOCKET '{}' is neither a path nor an abstract name: systemd is told nothing", address);
            return Optional.empty();
        }
        return Optional.of(new SystemdNotify(calls, address, watchdogInterval(environment)));
    }

    /** Says that the daemon serves. */
    public void ready(String status) {
        send("READY=1\nSTATUS=" + oneLine(status) + "\nMAINPID="
                + ProcessHandle.current().pid());
    }

    /** Says that the daemon is about to end. */
    public void stopping() {
        send("STOPPING=1");
    }

    /** Says in a line what the daemon is doing. */
    public void status(String status) {
        send("STATUS=" + oneLine(status));
    }

    /** Says that the daemon is alive; due more often than every {@link #watchdogInterval}. */
    public void watchdog() {
        send("WATCHDOG=1");
    }

    /** Returns how long systemd waits between two signs of life before it kills, when it watches at all. */
    public Optional<Duration> watchdogInterval() {
        return watchdogInterval;
    }

    private void send(String message) {
        ByteBuffer bytes = ByteBuffer.wrap(message.getBytes(StandardCharsets.UTF_8));
        try (Descriptor socket = calls.socket(SocketCalls.UNIX, SocketCalls.DATAGRAM, 0)) {
            calls.setSendTimeout(socket, TIMEOUT);
            calls.sendToUnix(socket, address, bytes, SocketCalls.NO_SIGNAL);
        } catch (SystemCallException failure) {
            LOGGER.warn("systemd could not be told '{}': {}", oneLine(message), failure.getMessage());
        }
    }

    private static Optional<Duration> watchdogInterval(Map<String, String> environment) {
        String pid = environment.getOrDefault("WATCHDOG_PID", "");
        if (!pid.isEmpty() && !pid.equals(String.valueOf(ProcessHandle.current().pid()))) {
            return Optional.empty();
        }
        try {
            long microseconds = Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0"));
            return microseconds > 0 ? Optional.of(Duration.ofNanos(microseconds * 1000)) : Optional.empty();
        } catch (NumberFormatException wrong) {
            return Optional.empty();
        }
    }

    private static String oneLine(String text) {
        return text.replace('\n', ' ');
    }
}

package io.berth.e2e.daemon;

import io.berth.e2e.process.Places;
import io.berth.e2e.process.Waiting;
import io.berth.proto.cri.v1.VersionRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One {@code berthd} of the distribution, as a process of its own that can be killed and started again. */
public final class BerthDaemon implements AutoCloseable {
    private final DaemonConfig config;
    private final CriClient client;
    private @Nullable Process process;

    private BerthDaemon(DaemonConfig config, CriClient client) {
        this.config = config;
        this.client = client;
    }

    /** A daemon that is still to be started. */
    public static BerthDaemon of(DaemonConfig config) {
        return new BerthDaemon(config, new CriClient(config.socket()));
    }

    /** Starts a daemon and waits until it answers. */
    public static BerthDaemon start(DaemonConfig config) {
        return start(config, CriClient::new);
    }

    /**
     * As {@link #start(DaemonConfig)}, with a client of another kind.
     *
     * @param connector makes it, of the daemon's socket; it is the daemon's to close
     */
    public static BerthDaemon start(DaemonConfig config, Function<Path, CriClient> connector) {
        BerthDaemon daemon = new BerthDaemon(config, connector.apply(config.socket()));
        daemon.start();
        return daemon;
    }

    /** Starts it again, after {@link #kill} or {@link #terminate}, and waits until it answers. */
    public void start() {
        Process started = launch();
        process = started;
        Waiting.untilPresent(
                () -> "berthd to answer; its log:\n" + log(),
                () -> {
                    if (!started.isAlive()) {
                        throw new IllegalStateException(
                                "berthd ended with status " + started.exitValue() + ":\n" + log());
                    }
                    return answers() ? Optional.of(true) : Optional.empty();
                },
                Waiting.PATIENCE.multipliedBy(2));
    }

    /** Starts it without waiting for anything: for daemons that are expected to refuse. */
    public Process launch() {
        try {
            Files.createDirectories(config.directory());
            Files.writeString(config.file(), config.toml());
            return new ProcessBuilder(
                            Places.distribution().resolve("bin/berthd").toString(),
                            "--config",
                            config.file().toString())
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(config.log().toFile()))
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public DaemonConfig config() {
        return config;
    }

    public CriClient client() {
        return client;
    }

    public boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** The daemon's process ID. */
    public long pid() {
        return process().pid();
    }

    /** SIGKILL, and waits for the end. */
    public void kill() {
        process().destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM, and waits for the end; returns the exit status. */
    public int terminate() {
        process().destroy();
        return awaitEnd();
    }

    /** The process IDs of the shims that this daemon's pods have. */
    public List<Long> shims() {
        Path sandboxes = config.runDirectory().resolve("sandboxes");
        if (!Files.isDirectory(sandboxes)) {
            return List.of();
        }
        try (var directories = Files.list(sandboxes)) {
            return directories
                    .map(directory -> directory.resolve("shim.pid"))
                    .filter(Files::exists)
                    .map(BerthDaemon::readPid)
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The process ID of one pod's shim. */
    public long shim(String sandboxId) {
        return readPid(
                config.runDirectory().resolve("sandboxes").resolve(sandboxId).resolve("shim.pid"));
    }

    /** All that the daemon has logged, over all its lives. */
    public String log() {
        try {
            return Files.exists(config.log()) ? Files.readString(config.log()) : "";
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Ends the daemon and, as nothing will come back for them, the shims of its pods. */
    @Override
    public void close() {
        client.close();
        Process last = process;
        if (last != null && last.isAlive()) {
            terminate();
        }
        shims().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    private boolean answers() {
        client.reconnect();
        try {
            client.runtime().version(VersionRequest.getDefaultInstance());
            return true;
        } catch (StatusRuntimeException failure) {
            // gRPC says UNKNOWN when the connection to the daemon before turns out to be closed just as it is used.
            if (failure.getStatus().getCode() == Status.Code.UNAVAILABLE
                    || failure.getCause() instanceof ClosedChannelException) {
                return false;
            }
            throw failure;
        }
    }

    private int awaitEnd() {
        try {
            Duration patience = Waiting.PATIENCE;
            if (!process().waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("berthd did not end within " + patience.toSeconds() + " s:\n" + log());
            }
            return process().exitValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private Process process() {
        if (process == null) {
            throw new IllegalStateException("berthd was not started");
        }
        return process;
    }

    private static long readPid(Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

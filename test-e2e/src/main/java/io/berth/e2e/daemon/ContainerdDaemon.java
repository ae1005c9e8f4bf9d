package io.berth.e2e.daemon;

import io.berth.e2e.process.Waiting;
import io.berth.proto.cri.v1.ImageFsInfoRequest;
import io.berth.proto.cri.v1.VersionRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A containerd with all its files in directories of its own, for comparison. */
public final class ContainerdDaemon implements AutoCloseable {
    private final Path program;
    private final Path state;
    private final Map<String, String> environment;
    private final CriClient client;
    private @Nullable Process process;

    private ContainerdDaemon(
            Path program, Path state, Map<String, String> environment, Function<Path, CriClient> connector) {
        this.program = program;
        this.environment = Map.copyOf(environment);
        this.state = state;
        this.client = connector.apply(socket());
    }

    /**
     * Starts a containerd and waits until its CRI answers.
     *
     * @param program containerd; its shim is looked for beside it, then on the PATH
     * @param root where its images go
     * @param state for all else, its socket and its log among it: a short path
     * @param plugins settings of its plugins, as sections of its configuration file (version 2)
     * @param environment more variables for it and all that it starts
     * @param connector makes its client, of its socket
     */
    public static ContainerdDaemon start(
            Path program,
            Path root,
            Path state,
            String plugins,
            Map<String, String> environment,
            Function<Path, CriClient> connector) {
        ContainerdDaemon daemon = new ContainerdDaemon(program, state, environment, connector);
        try {
            Files.createDirectories(state);
            Files.writeString(daemon.configuration(), """
                version = 2
                root = "%1$s"
                state = "%2$s/state"
                [grpc]
                address = "%2$s/containerd.sock"
                [plugins."io.containerd.internal.v1.opt"]
                path = "%2$s/opt"
                """.formatted(root, state) + plugins);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        daemon.start();
        return daemon;
    }

    /** Starts it again, after {@link #terminate}, and waits until it answers. */
    public void start() {
        try {
            ProcessBuilder builder = new ProcessBuilder(
                            program.toString(), "--config", configuration().toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
            builder.environment().putAll(environment);
            builder.environment().merge("PATH", program.getParent() + ":", (path, own) -> own + path);
            Process started = builder.start();
            process = started;
            Waiting.until("containerd to answer; its log is " + log(), () -> {
                if (!started.isAlive()) {
                    throw new IllegalStateException(
                            "containerd ended with status " + started.exitValue() + ":\n" + Files.readString(log()));
                }
                return answers();
            });
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public CriClient client() {
        return client;
    }

    public long pid() {
        return process().pid();
    }

    /** Its socket, which is in the command lines of its shims. */
    public Path socket() {
        return state.resolve("containerd.sock");
    }

    /** SIGTERM, and waits for the end. Its pods stay. */
    public void terminate() {
        process().destroy();
        try {
            if (!process().waitFor(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("containerd did not end within " + Waiting.PATIENCE.toSeconds() + " s");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** Kills the daemon; shims of pods that are still there are the sandbox's to end. */
    @Override
    public void close() {
        client.close();
        process().destroyForcibly().onExit().join();
    }

    private boolean answers() {
        try {
            client.reconnect();
            client.runtime().version(VersionRequest.getDefaultInstance());
            client.images().imageFsInfo(ImageFsInfoRequest.getDefaultInstance());
            return true;
        } catch (StatusRuntimeException notYet) {
            return false;
        }
    }

    private Path configuration() {
        return state.resolve("config.toml");
    }

    private Path log() {
        return state.resolve("containerd.log");
    }

    private Process process() {
        if (process == null) {
            throw new IllegalStateException("containerd was not started");
        }
        return process;
    }
}

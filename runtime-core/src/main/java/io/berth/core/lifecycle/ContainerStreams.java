package io.berth.core.lifecycle;

import io.berth.core.container.ContainerState;
import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.error.Translation;
import io.berth.core.plan.ProcessCompiler;
import io.berth.core.sandbox.SandboxState;
import io.berth.core.stream.ProcessStreams;
import io.berth.core.stream.StandardStreams;
import io.berth.core.stream.Streams;
import io.berth.kernel.Descriptor;
import io.berth.kernel.shim.ShimClient;
import io.berth.kernel.shim.ShimStream;
import io.berth.network.PodSockets;
import io.berth.proto.shim.v1.AttachRequest;
import io.berth.proto.shim.v1.ExecStreamRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;

/** {@link Streams} through the shims and the pods' network namespaces. */
final class ContainerStreams implements Streams {
    /** A port of localhost answers at once, or its listener's queue is full. */
    private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(10);

    private final Parts parts;
    private final ContainerCommands commands;

    ContainerStreams(Parts parts, ContainerCommands commands) {
        this.parts = parts;
        this.commands = commands;
    }

    @Override
    public String checkExec(String containerId, List<String> command) {
        ContainerCommands.check(command);
        return running(containerId).id();
    }

    @Override
    public String checkAttach(String containerId, StandardStreams streams) {
        ContainerEntry entry = running(containerId);
        boolean terminal = entry.container().config().terminal();
        if (terminal != streams.terminal()) {
            throw BerthException.invalidArgument("tty is " + streams.terminal() + ", but the container " + entry.id()
                    + (terminal ? " has a terminal" : " has none"));
        }
        return entry.id();
    }

    @Override
    public String checkForward(String sandboxId) {
        return ready(sandboxId).id();
    }

    @Override
    public ProcessStreams exec(String containerId, List<String> command, StandardStreams streams) {
        ContainerCommands.check(command);
        ContainerEntry entry = running(containerId);
        var process = ProcessCompiler.another(commands.process(entry), command).toBuilder()
                .setTerminal(streams.terminal());
        ExecStreamRequest request = ExecStreamRequest.newBuilder()
                .setContainerId(entry.id())
                .setProcess(process)
                .setStandardInput(streams.input())
                .setStandardOutput(streams.output())
                .setStandardError(streams.error())
                .build();
        Duration deadline = parts.config().shimDeadline();
        try {
            ShimClient shim = entry.sandbox().requireShim();
            ShimStream stream = shim.execStream(request, deadline);
            return new ProcessStreams(
                    stream,
                    (columns, rows) ->
                            translated(() -> shim.resizeStream(entry.id(), stream.number(), columns, rows, deadline)));
        } catch (RuntimeException failure) {
            throw Translation.of("", failure);
        }
    }

    @Override
    public ProcessStreams attach(String containerId, StandardStreams streams) {
        ContainerEntry entry = running(containerId);
        AttachRequest request = AttachRequest.newBuilder()
                .setContainerId(entry.id())
                .setStandardInput(streams.input())
                .setStandardOutput(streams.output())
                .setStandardError(streams.error())
                .build();
        Duration deadline = parts.config().shimDeadline();
        try {
            ShimClient shim = entry.sandbox().requireShim();
            return new ProcessStreams(
                    shim.attach(request, deadline),
                    (columns, rows) -> translated(() -> shim.resize(entry.id(), columns, rows, deadline)));
        } catch (RuntimeException failure) {
            throw Translation.of("", failure);
        }
    }

    @Override
    public Descriptor connect(String sandboxId, int port) {
        if (port < 1 || port > 65_535) {
            throw BerthException.invalidArgument("port is " + port + ", must be 1 to 65535");
        }
        SandboxEntry entry = ready(sandboxId);
        try {
            return PodSockets.connect(
                    entry.sandbox().networkNamespace(),
                    List.of(localhost(127, 0, 0, 1), localhost(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)),
                    port,
                    CONNECT_DEADLINE);
        } catch (RuntimeException failure) {
            throw Translation.of("forwarding port " + port + " of the sandbox " + entry.id(), failure);
        }
    }

    private static InetAddress localhost(int... numbers) {
        byte[] bytes = new byte[numbers.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) numbers[i];
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private ContainerEntry running(String containerId) {
        ContainerEntry entry = parts.containers().get(containerId);
        if (!(entry.container().state() instanceof ContainerState.Running)) {
            throw BerthException.failedPrecondition("the container " + entry.id() + " is not running");
        }
        return entry;
    }

    private SandboxEntry ready(String sandboxId) {
        SandboxEntry entry = parts.sandboxes().get(sandboxId);
        if (entry.sandbox().state() != SandboxState.READY) {
            throw new BerthException(
                    ErrorKind.FAILED_PRECONDITION, "the sandbox " + entry.id() + " is not ready: it was stopped");
        }
        return entry;
    }

    private static void translated(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException failure) {
            throw Translation.of("", failure);
        }
    }
}

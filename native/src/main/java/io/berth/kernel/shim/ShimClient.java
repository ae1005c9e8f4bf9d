package io.berth.kernel.shim;

import io.berth.proto.shim.v1.AttachRequest;
import io.berth.proto.shim.v1.CloseStandardInputRequest;
import io.berth.proto.shim.v1.CreateSandboxReply;
import io.berth.proto.shim.v1.CreateSandboxRequest;
import io.berth.proto.shim.v1.ExecReply;
import io.berth.proto.shim.v1.ExecRequest;
import io.berth.proto.shim.v1.ExecStreamRequest;
import io.berth.proto.shim.v1.ForgetContainerRequest;
import io.berth.proto.shim.v1.HelloReply;
import io.berth.proto.shim.v1.HelloRequest;
import io.berth.proto.shim.v1.LaunchPlan;
import io.berth.proto.shim.v1.ReopenLogRequest;
import io.berth.proto.shim.v1.Reply;
import io.berth.proto.shim.v1.Request;
import io.berth.proto.shim.v1.ResizeTerminalRequest;
import io.berth.proto.shim.v1.ShutdownRequest;
import io.berth.proto.shim.v1.SignalContainerRequest;
import io.berth.proto.shim.v1.StartContainerReply;
import io.berth.proto.shim.v1.StartContainerRequest;
import io.berth.proto.shim.v1.StateReply;
import io.berth.proto.shim.v1.StateRequest;
import io.berth.proto.shim.v1.TerminalSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A connection to one shim. Safe for concurrent use; every method that asks the shim blocks its caller (platform or
 * virtual thread) for {@code deadline} at most and throws {@link ShimFailure} when the shim refused or failed,
 * {@link ShimDeadlineExceeded} when it did not answer in time and {@link ShimUnavailable} when the connection is gone.
 */
public final class ShimClient implements AutoCloseable {
    private static final int REVISION = 1;

    private final Path socket;
    private final ShimConnection connection;
    private final HelloReply hello;

    private ShimClient(Path socket, ShimConnection connection, HelloReply hello) {
        this.socket = socket;
        this.connection = connection;
        this.hello = hello;
    }

    /**
     * Connects and says hello.
     *
     * @param socket the shim's socket
     * @param listener is told of exits and of the connection's end
     * @param loop does the I/O
     */
    public static ShimClient connect(Path socket, ShimEvents listener, ShimLoop loop, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        ShimConnection connection = loop.add("shim " + socket, ShimSocket.connect(socket, end, deadline), listener);
        try {
            Request.Builder request =
                    Request.newBuilder().setHello(HelloRequest.newBuilder().setRevision(REVISION));
            Reply reply = connection.call(request, () -> {}, end, text(deadline));
            return new ShimClient(
                    socket, connection, check(reply, Reply.KindCase.HELLO).getHello());
        } catch (RuntimeException failure) {
            connection.end("the shim did not say hello");
            throw failure;
        }
    }

    /** Returns the shim's process id. */
    public int shimPid() {
        return hello.getShimPid();
    }

    /** Returns the names of what the shim can do beyond the protocol's first revision. */
    public Set<String> features() {
        return Set.copyOf(hello.getFeaturesList());
    }

    /** Asks the shim and returns its answer, which is of any kind but a failure. The request's id is set here. */
    public Reply call(Request.Builder request, Duration deadline) {
        return call(request, () -> {}, deadline);
    }

    private Reply call(Request.Builder request, Runnable meanwhile, Duration deadline) {
        Reply reply = connection.call(request, meanwhile, System.nanoTime() + deadline.toNanos(), text(deadline));
        if (reply.hasFailure()) {
            throw new ShimFailure(reply.getFailure());
        }
        return reply;
    }

    /** Makes the sandbox's namespaces; asked again, answers the same. */
    public CreateSandboxReply createSandbox(CreateSandboxRequest request, Duration deadline) {
        return createSandbox(request, () -> {}, deadline);
    }

    /**
     * Makes the sandbox's namespaces, as {@link #createSandbox(CreateSandboxRequest, Duration)} does.
     *
     * @param meanwhile what the caller's thread does while the shim works; its failure is this call's, whatever the
     *     shim answers
     */
    public CreateSandboxReply createSandbox(CreateSandboxRequest request, Runnable meanwhile, Duration deadline) {
        Reply reply = call(Request.newBuilder().setCreateSandbox(request), meanwhile, deadline);
        return check(reply, Reply.KindCase.CREATE_SANDBOX).getCreateSandbox();
    }

    /** Returns all that the shim knows. */
    public StateReply state(Duration deadline) {
        Reply reply = call(Request.newBuilder().setState(StateRequest.getDefaultInstance()), deadline);
        return check(reply, Reply.KindCase.STATE).getState();
    }

    /** Starts a container; returns when its program runs. */
    public StartContainerReply start(LaunchPlan plan, Duration deadline) {
        var start = StartContainerRequest.newBuilder().setPlan(plan);
        return check(call(Request.newBuilder().setStartContainer(start), deadline), Reply.KindCase.START_CONTAINER)
                .getStartContainer();
    }

    /** Sends a signal to a container's first process. */
    public void signal(String containerId, int signal, Duration deadline) {
        var request =
                SignalContainerRequest.newBuilder().setContainerId(containerId).setSignal(signal);
        done(Request.newBuilder().setSignalContainer(request), deadline);
    }

    /** Kills every process of a container's cgroup. */
    public void killAll(String containerId, Duration deadline) {
        var request = SignalContainerRequest.newBuilder()
                .setContainerId(containerId)
                .setSignal(9)
                .setWholeCgroup(true);
        done(Request.newBuilder().setSignalContainer(request), deadline);
    }

    /**
     * Runs a process in a container to its end, without waiting for it. What hangs on the answer runs on the I/O thread
     * of all shims and must not block.
     *
     * @param deadline of the answer: longer than the exec's own, which makes the shim kill it and answer
     * @return fails as the methods that wait throw
     */
    public CompletableFuture<ExecReply> exec(ExecRequest request, Duration deadline) {
        return connection
                .submit(Request.newBuilder().setExec(request), deadline)
                .thenApply(reply -> check(reply, Reply.KindCase.EXEC).getExec());
    }

    /** Opens a container's log file anew, after it was renamed. */
    public void reopenLog(String containerId, Duration deadline) {
        var request = ReopenLogRequest.newBuilder().setContainerId(containerId);
        done(Request.newBuilder().setReopenLog(request), deadline);
    }

    /** Closes a container's standard input. */
    public void closeStandardInput(String containerId, Duration deadline) {
        var request = CloseStandardInputRequest.newBuilder().setContainerId(containerId);
        done(Request.newBuilder().setCloseStandardInput(request), deadline);
    }

    /** Sets the size of a container's terminal. */
    public void resize(String containerId, int columns, int rows, Duration deadline) {
        var request = ResizeTerminalRequest.newBuilder()
                .setContainerId(containerId)
                .setSize(TerminalSize.newBuilder().setColumns(columns).setRows(rows));
        done(Request.newBuilder().setResizeTerminal(request), deadline);
    }

    /** Starts a process in a container, with its streams on a connection of its own. */
    public ShimStream execStream(ExecStreamRequest request, Duration deadline) {
        return ShimStream.open(socket, Request.newBuilder().setExecStream(request), deadline);
    }

    /** Puts a running container's streams on a connection of its own. */
    public ShimStream attach(AttachRequest request, Duration deadline) {
        return ShimStream.open(socket, Request.newBuilder().setAttach(request), deadline);
    }

    /** Sets the size of the terminal of an exec with streams. */
    public void resizeStream(String containerId, long stream, int columns, int rows, Duration deadline) {
        var request = ResizeTerminalRequest.newBuilder()
                .setContainerId(containerId)
                .setStream(stream)
                .setSize(TerminalSize.newBuilder().setColumns(columns).setRows(rows));
        done(Request.newBuilder().setResizeTerminal(request), deadline);
    }

    /** Has the shim drop an exited container and its exit record; nothing to do for an unknown one. */
    public void forget(String containerId, Duration deadline) {
        var request = ForgetContainerRequest.newBuilder().setContainerId(containerId);
        done(Request.newBuilder().setForgetContainer(request), deadline);
    }

    /**
     * As {@link #forget}, without waiting for the answer; what is asked of the shim after it finds it done.
     *
     * @return fails as the methods that wait throw, on the I/O thread of all shims
     */
    public CompletableFuture<Void> forgetLater(String containerId, Duration deadline) {
        var request = ForgetContainerRequest.newBuilder().setContainerId(containerId);
        return connection
                .submit(Request.newBuilder().setForgetContainer(request), deadline)
                .thenAccept(reply -> check(reply, Reply.KindCase.DONE));
    }

    /** Kills what runs and ends the shim, which answers before its end. */
    public void shutdown(Duration deadline) {
        done(Request.newBuilder().setShutdown(ShutdownRequest.getDefaultInstance()), deadline);
    }

    /** Ends the connection; the shim lives on. Calls under way fail, the listener is told. */
    @Override
    public void close() {
        connection.end("the connection was closed");
    }

    private void done(Request.Builder request, Duration deadline) {
        check(call(request, deadline), Reply.KindCase.DONE);
    }

    private static Reply check(Reply reply, Reply.KindCase wanted) {
        if (reply.hasFailure()) {
            throw new ShimFailure(reply.getFailure());
        }
        if (reply.getKindCase() != wanted) {
            throw new ShimUnavailable("the shim answered " + reply.getKindCase() + " in place of " + wanted, null);
        }
        return reply;
    }

    private static String text(Duration deadline) {
        return deadline.toMillis() + " ms";
    }
}

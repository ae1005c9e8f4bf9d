package io.berth.server.streaming;

import io.berth.core.stream.ProcessStreams;
import io.berth.core.stream.StandardStreams;
import io.berth.core.stream.Streams;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Exec and attach over SPDY: a stream each for errors, input, outputs and sizes, which the client opens. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, and that is told
final class SpdyCommand extends SpdyHandler implements CommandClient {
    private static final String ERROR = "error";
    private static final String INPUT = "stdin";
    private static final String OUTPUT = "stdout";
    private static final String ERROR_OUTPUT = "stderr";
    private static final String RESIZE = "resize";

    private final CommandProtocol protocol;
    private final Services services;
    private final CommandSession session;
    private final TerminalSizes sizes = new TerminalSizes();
    private final Set<String> missing = new HashSet<>();
    private final Map<String, Integer> byType = new HashMap<>();
    private final Map<Integer, String> byNumber = new HashMap<>();
    private @Nullable Future<?> deadline;

    SpdyCommand(
            CommandProtocol protocol,
            StandardStreams streams,
            Services services,
            Function<Streams, ProcessStreams> opening) {
        this.protocol = protocol;
        this.services = services;
        this.session = new CommandSession(services, this, opening);
        missing.add(ERROR);
        addIf(streams.input(), INPUT);
        addIf(streams.output(), OUTPUT);
        addIf(streams.error(), ERROR_OUTPUT);
        addIf(streams.terminal() && protocol.resizes(), RESIZE);
    }

    private void addIf(boolean wanted, String type) {
        if (wanted) {
            missing.add(type);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        super.handlerAdded(added);
        deadline = added.executor()
                .schedule(this::tooLate, services.config().creationTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tooLate() {
        ended(new CommandStatus.Failed("the client did not open its streams in time; still missing: " + missing));
    }

    @Override
    boolean opened(int stream, Map<String, String> headers) {
        String type = headers.getOrDefault("streamtype", "");
        if (!missing.remove(type)) {
            // One that was not asked for, or a second one.
            return false;
        }
        byType.put(type, stream);
        byNumber.put(stream, type);
        if (missing.isEmpty()) {
            cancelDeadline();
            session.start();
        }
        return true;
    }

    private void cancelDeadline() {
        Future<?> running = deadline;
        if (running != null) {
            running.cancel(false);
        }
    }

    @Override
    void received(int stream, ByteBuf data) {
        switch (byNumber.getOrDefault(stream, "")) {
            case INPUT -> session.input(data);
            case RESIZE -> {
                sizes.read(data, session::resize);
                data.release();
            }
            default -> data.release();
        }
    }

    @Override
    void inputEnded(int stream) {
        if (INPUT.equals(byNumber.get(stream))) {
            session.inputClosed();
        }
    }

    @Override
    void reset(int stream) {
        inputEnded(stream);
    }

    @Override
    void gone() {
        cancelDeadline();
        session.clientGone();
    }

    @Override
    void writabilityChanged() {
        session.clientWritabilityChanged();
    }

    // ---------------------------------------------------------------- what the session says

    @Override
    public Channel channel() {
        return connection();
    }

    @Override
    public void output(boolean error, ByteBuf data) {
        Integer stream = byType.get(error ? ERROR_OUTPUT : OUTPUT);
        if (stream == null) {
            data.release();
        } else {
            send(stream, data);
        }
    }

    @Override
    public void ended(CommandStatus status) {
        cancelDeadline();
        finishType(OUTPUT);
        finishType(ERROR_OUTPUT);
        Integer errors = byType.get(ERROR);
        if (errors != null) {
            String text = protocol.statusIsJson() ? status.json() : status.text();
            if (!text.isEmpty()) {
                send(errors, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
            }
            finish(errors);
        }
        finishType(INPUT);
        finishType(RESIZE);
        finishConnection();
    }

    private void finishType(String type) {
        Integer stream = byType.get(type);
        if (stream != null) {
            finish(stream);
        }
    }
}

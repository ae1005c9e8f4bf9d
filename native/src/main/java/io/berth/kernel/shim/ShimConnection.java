package io.berth.kernel.shim;

import com.google.protobuf.InvalidProtocolBufferException;
import io.berth.proto.shim.v1.Reply;
import io.berth.proto.shim.v1.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: requests go out from their callers' threads (what the socket does not take at once, from the I/O
 * thread), replies and events come in on the I/O thread.
 */
final class ShimConnection {
    private static final Logger LOGGER = LoggerFactory.getLogger(ShimConnection.class);

    /** Calls that may wait for their replies at one time. */
    private static final int PENDING_LIMIT = 1024;

    /** Bytes of requests that may wait for the socket. */
    private static final int OUTGOING_LIMIT = 2 * FrameDecoder.LIMIT;

    /** Written at once: the JDK copies a heap buffer to native memory of the thread's, of the size written. */
    private static final int WRITE_SIZE = 64 * 1024;

    private final String name;
    private final SocketChannel channel;
    private final ShimLoop loop;
    private final ShimEvents listener;
    private final EventQueue events;
    private final FrameDecoder decoder = new FrameDecoder();
    private final AtomicLong lastId = new AtomicLong();
    private final Map<Long, PendingCall> pending = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<ByteBuffer> outgoing = new ArrayDeque<>();
    private int outgoingBytes;
    private volatile @Nullable String closedBecause;

    /** A call that has no answer yet; one whose caller waits by itself has no deadline. */
    private record PendingCall(CompletableFuture<Reply> reply, long deadline) {}

    ShimConnection(String name, SocketChannel channel, ShimLoop loop, ShimEvents listener, Executor executor) {
        this.name = name;
        this.channel = channel;
        this.loop = loop;
        this.listener = listener;
        this.events = new EventQueue(executor);
    }

    SocketChannel channel() {
        return channel;
    }

    /**
     * Sends a request and waits for what answers it.
     *
     * @param meanwhile what the caller's thread does while the shim works; when that fails, nobody waits
     */
    Reply call(Request.Builder request, Runnable meanwhile, long deadline, String timeoutText) {
        String what = what(request);
        long id = lastId.incrementAndGet();
        CompletableFuture<Reply> reply = submit(request, id, what, Long.MAX_VALUE);
        try {
            meanwhile.run();
            return reply.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new ShimDeadlineExceeded(what + ": no answer within " + timeoutText);
        } catch (ExecutionException failure) {
            throw new ShimUnavailable(reason(failure), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ShimUnavailable(what + ": interrupted", interrupted);
        } finally {
            pending.remove(id);
        }
    }

    /**
     * Sends a request without waiting. What hangs on the answer runs on the I/O thread and must not block.
     *
     * @return fails with {@link ShimUnavailable} or {@link ShimDeadlineExceeded}
     */
    CompletableFuture<Reply> submit(Request.Builder request, Duration deadline) {
        String what = what(request);
        long id = lastId.incrementAndGet();
        long end = loop.deadlines().after(deadline);
        CompletableFuture<Reply> reply = submit(request, id, what, end).exceptionally(failure -> {
            throw failure instanceof TimeoutException
                    ? new ShimDeadlineExceeded(what + ": no answer within " + deadline.toMillis() + " ms")
                    : new ShimUnavailable(reason(failure), failure);
        });
        loop.expireAt(end);
        return reply;
    }

    /** Fails the calls that are late; on the I/O thread. */
    void expire() {
        long now = loop.deadlines().now();
        pending.forEach((id, call) -> {
            if (call.deadline() > now) {
                loop.expireAt(call.deadline());
            } else if (pending.remove(id, call)) {
                call.reply().completeExceptionally(new TimeoutException());
            }
        });
    }

    private CompletableFuture<Reply> submit(Request.Builder request, long id, String what, long deadline) {
        if (pending.size() >= PENDING_LIMIT) {
            throw new ShimUnavailable(what + ": more than " + PENDING_LIMIT + " requests wait for answers", null);
        }
        ByteBuffer frame = FrameEncoder.encode(request.setId(id).build());
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        pending.put(id, new PendingCall(reply, deadline));
        try {
            send(frame, what);
            // A connection that closed between put and send has failed this call, or send has thrown.
            return reply;
        } catch (RuntimeException failure) {
            pending.remove(id);
            throw failure;
        }
    }

    /** What the thread said that ended the call. */
    private static String reason(Throwable failure) {
        Throwable cause = failure.getCause();
        return String.valueOf((cause == null ? failure : cause).getMessage());
    }

    private String what(Request.Builder request) {
        return name + ": " + request.getKindCase();
    }

    private void send(ByteBuffer frame, String what) {
        lock.lock();
        try {
            String reason = closedBecause;
            if (reason != null) {
                throw new ShimUnavailable(what + ": " + reason, null);
            }
            if (outgoing.isEmpty()) {
                write(frame);
            } else if (outgoingBytes + frame.remaining() > OUTGOING_LIMIT) {
                throw new ShimUnavailable(what + ": the shim takes no more requests", null);
            }
            if (frame.hasRemaining()) {
                outgoing.add(frame);
                outgoingBytes += frame.remaining();
                loop.wantWrites(this);
            }
        } catch (IOException failure) {
            end(failure);
            throw new ShimUnavailable(what + ": " + failure.getMessage(), failure);
        } finally {
            lock.unlock();
        }
    }

    private void write(ByteBuffer frame) throws IOException {
        int end = frame.limit();
        int written;
        do {
            frame.limit(Math.min(end, frame.position() + WRITE_SIZE));
            written = channel.write(frame);
            frame.limit(end);
        } while (written > 0 && frame.hasRemaining());
    }

    /** Writes what waits; on the I/O thread. Returns whether some still waits. */
    boolean flush() throws IOException {
        lock.lock();
        try {
            ByteBuffer frame = outgoing.peek();
            while (frame != null) {
                int before = frame.remaining();
                write(frame);
                outgoingBytes -= before - frame.remaining();
                if (frame.hasRemaining()) {
                    return true;
                }
                outgoing.remove();
                frame = outgoing.peek();
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Takes what the socket has; on the I/O thread. */
    void receive(ByteBuffer buffer) throws IOException, FrameException {
        int length = channel.read(buffer.clear());
        if (length < 0) {
            end("the shim closed the connection");
            return;
        }
        buffer.flip();
        ByteBuffer frame = decoder.next(buffer);
        while (frame != null) {
            handle(frame);
            frame = decoder.next(buffer);
        }
    }

    private void handle(ByteBuffer frame) throws FrameException {
        Reply reply;
        try {
            reply = Reply.parseFrom(frame);
        } catch (InvalidProtocolBufferException failure) {
            throw new FrameException("a frame that is no reply: " + failure.getMessage());
        }
        if (reply.getId() != 0) {
            PendingCall call = pending.remove(reply.getId());
            if (call != null) {
                call.reply().complete(reply);
            } else {
                LOGGER.debug("{}: a late answer to request {}", name, reply.getId());
            }
        } else if (reply.hasContainerExited()) {
            var exit = reply.getContainerExited().getExit();
            if (!events.offer(() -> listener.containerExited(exit))) {
                throw new FrameException("too many events wait to be handled");
            }
        } else {
            // A newer shim may know more kinds of events.
            LOGGER.debug("{}: an event of an unknown kind", name);
        }
    }

    /** Ends the connection for an error of the socket or the protocol. */
    void end(Exception failure) {
        String message = failure.getMessage();
        end(message == null ? failure.toString() : message);
    }

    /** Ends the connection: closes the socket, fails the calls, tells the listener. Only the first reason counts. */
    void end(String reason) {
        lock.lock();
        try {
            if (closedBecause != null) {
                return;
            }
            closedBecause = reason;
            outgoing.clear();
        } finally {
            lock.unlock();
        }
        try {
            channel.close();
        } catch (IOException failure) {
            LOGGER.debug("{}: closing the socket: {}", name, failure.getMessage());
        }
        loop.forget(this);
        pending.forEach(
                (id, call) -> call.reply().completeExceptionally(new ShimUnavailable(name + ": " + reason, null)));
        events.end(() -> listener.disconnected(reason));
    }
}

package io.berth.kernel.shim;

import com.google.protobuf.InvalidProtocolBufferException;
import io.berth.kernel.Descriptor;
import io.berth.kernel.Errno;
import io.berth.kernel.FileNames;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SocketCalls;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import io.berth.proto.shim.v1.Reply;
import io.berth.proto.shim.v1.Request;
import io.berth.proto.shim.v1.StreamEnd;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The streams of an exec or of an attached client: a connection of their own to the shim, which from here on carries
 * stream frames and nothing else (the protocol's file describes them). Closing it ends the exec, with all that it has
 * started.
 *
 * @param socket connected, in non-blocking mode; the caller's to close
 * @param number names an exec for {@link ShimClient#resizeStream}; 0 for an attached client
 */
public record ShimStream(Descriptor socket, long number) {
    /** Channels: the fifth byte of each frame. */
    public static final int INPUT = 0;

    public static final int OUTPUT = 1;
    public static final int ERROR = 2;

    /** A serialized StreamEnd, the last frame. */
    public static final int END = 3;

    /** Bytes of length and channel before a frame's data; the length counts the channel and the data. */
    public static final int HEADER = 5;

    /** Bytes of data in a frame. */
    public static final int DATA_LIMIT = 32 * 1024;

    /** The request is alone on its connection. */
    private static final int REQUEST_ID = 1;

    /**
     * The exit code in an {@link #END} frame: 0 to 255, 128 and the signal for a killed process.
     *
     * @param end the frame's data
     * @throws InvalidProtocolBufferException when that is no such frame
     */
    public static int exitCode(byte[] end) throws InvalidProtocolBufferException {
        return StreamEnd.parseFrom(end).getExitCode();
    }

    /**
     * Connects and asks; blocks for {@code deadline} at most.
     *
     * @throws ShimFailure when the shim refused or failed
     * @throws ShimDeadlineExceeded when it did not answer in time
     * @throws ShimUnavailable when it is not there
     */
    static ShimStream open(Path shim, Request.Builder request, Duration deadline) {
        String what = "shim " + shim + ": " + request.getKindCase();
        SystemCalls calls = SystemCalls.real();
        Descriptor socket = calls.socket(SocketCalls.UNIX, SocketCalls.STREAM, 0);
        try {
            calls.setSendTimeout(socket, deadline);
            calls.setReceiveTimeout(socket, deadline);
            connect(calls, socket, shim);
            ByteBuffer frame = FrameEncoder.encode(request.setId(REQUEST_ID).build());
            while (frame.hasRemaining()) {
                ByteBuffer piece = frame.slice(frame.position(), Math.min(frame.remaining(), DATA_LIMIT));
                frame.position(frame.position() + calls.send(socket, piece, SocketCalls.NO_SIGNAL));
            }
            Reply reply = receive(calls, socket, what);
            if (reply.hasFailure()) {
                throw new ShimFailure(reply.getFailure());
            }
            if (!reply.hasStreamOpened()) {
                throw new ShimUnavailable(what + ": the shim answered " + reply.getKindCase(), null);
            }
            calls.setNonBlocking(socket);
            return new ShimStream(socket, reply.getStreamOpened().getStream());
        } catch (SystemCallException failure) {
            socket.close();
            if (failure.errno() == Errno.EAGAIN) {
                throw new ShimDeadlineExceeded(what + ": no answer within " + deadline.toMillis() + " ms");
            }
            throw new ShimUnavailable(what + ": " + failure.errno().text(), failure);
        } catch (RuntimeException failure) {
            socket.close();
            throw failure;
        }
    }

    private static void connect(SystemCalls calls, Descriptor socket, Path shim) {
        Path parent = shim.toAbsolutePath().getParent();
        if (parent == null || FileNames.encode(shim.toString()).length <= ShimSocket.ADDRESS_LIMIT) {
            calls.connectUnix(socket, shim.toString());
            return;
        }
        // A socket's address is short; through a handle on its directory every path is.
        OpenHow place = OpenHow.place().withFlags(OpenHow.DIRECTORY);
        try (Descriptor directory = calls.openat2(null, parent.toString(), place)) {
            calls.connectUnix(
                    socket, directory.procPath().resolve(shim.getFileName()).toString());
        }
    }

    /** Reads the reply and not a byte of what follows it. */
    private static Reply receive(SystemCalls calls, Descriptor socket, String what) {
        ByteBuffer header = exactly(calls, socket, FrameDecoder.HEADER, what);
        int length = header == null ? -1 : header.getInt();
        if (length < 0 || length > FrameDecoder.LIMIT) {
            throw new ShimUnavailable(what + ": the shim closed the connection", null);
        }
        ByteBuffer payload = exactly(calls, socket, length, what);
        try {
            return Reply.parseFrom(payload == null ? ByteBuffer.allocate(0) : payload);
        } catch (InvalidProtocolBufferException failure) {
            throw new ShimUnavailable(what + ": a frame that is no reply", failure);
        }
    }

    private static @Nullable ByteBuffer exactly(SystemCalls calls, Descriptor socket, int length, String what) {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (calls.receive(socket, buffer, 0) == 0) {
                if (buffer.position() == 0) {
                    return null;
                }
                throw new ShimUnavailable(what + ": the shim closed the connection in the middle of its answer", null);
            }
        }
        return buffer.flip();
    }
}

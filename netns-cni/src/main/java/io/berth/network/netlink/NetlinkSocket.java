package io.berth.network.netlink;

import io.berth.kernel.Descriptor;
import io.berth.kernel.Errno;
import io.berth.kernel.SocketCalls;
import io.berth.kernel.SystemCallException;
import io.berth.network.NetworkException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A netlink socket to the kernel. It stays in the network namespace in which it was opened, whichever thread uses it
 * later. Safe for use by several threads, which take turns. Every exchange ends within {@link #DEADLINE}.
 */
public final class NetlinkSocket implements AutoCloseable {
    /** How long one exchange may take; the kernel answers in microseconds unless it is stuck. */
    static final Duration DEADLINE = Duration.ofSeconds(10);

    /** Messages in one send: their acknowledgements have to fit into the socket's receive buffer. */
    static final int LARGEST_BATCH = 64;

    private static final int LARGEST_ANSWER = 32 * 1024;
    private static final int DUMP_ATTEMPTS = 5;

    private static final int TYPE_ERROR = 2;
    private static final int TYPE_DONE = 3;
    private static final int FLAG_ACKNOWLEDGE = 0x4;
    private static final int FLAG_DUMP_INTERRUPTED = 0x10;
    private static final int FLAG_DUMP = 0x300;
    private static final int FLAG_CAPPED = 0x100;
    private static final int FLAG_HAS_EXTENSION = 0x200;
    private static final int EXTENSION_MESSAGE = 1;

    private final SocketCalls calls;
    private final Descriptor descriptor;
    private final ReentrantLock turn = new ReentrantLock();
    private final ByteBuffer received =
            ByteBuffer.allocateDirect(LARGEST_ANSWER).order(ByteOrder.nativeOrder());
    private int sequence;

    private NetlinkSocket(SocketCalls calls, Descriptor descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    /**
     * Opens a socket in the calling thread's network namespace.
     *
     * @param protocol {@link SocketCalls#NETLINK_ROUTE} or {@link SocketCalls#NETLINK_NETFILTER}
     */
    public static NetlinkSocket open(SocketCalls calls, int protocol) {
        try {
            Descriptor descriptor = calls.socket(SocketCalls.NETLINK, SocketCalls.RAW, protocol);
            try {
                calls.setsockopt(descriptor, SocketCalls.NETLINK_LEVEL, SocketCalls.NETLINK_EXT_ACK, 1);
                calls.setsockopt(descriptor, SocketCalls.NETLINK_LEVEL, SocketCalls.NETLINK_CAP_ACK, 1);
                calls.setReceiveTimeout(descriptor, DEADLINE);
                return new NetlinkSocket(calls, descriptor);
            } catch (RuntimeException failure) {
                descriptor.close();
                throw failure;
            }
        } catch (SystemCallException failure) {
            throw translate("open", failure);
        }
    }

    /**
     * Asks for what the kernel answers in one message, without having it say in a second one that this was all.
     *
     * @throws NetworkException what the kernel says against it
     */
    public NetlinkAnswer ask(NetlinkRequest request) {
        takeTurn(request);
        try {
            int first = ++sequence;
            send(request.message().finish(first, 0));
            Exchange exchange = new Exchange(List.of(request), first, true);
            receive(exchange);
            return exchange.replies().getFirst().orThrow().answers().getFirst();
        } catch (SystemCallException failure) {
            throw translate(request.subject(), failure);
        } finally {
            turn.unlock();
        }
    }

    /** Has one request done; throws what the kernel says against it. */
    public NetlinkReply execute(NetlinkRequest request) {
        return exchange(List.of(request)).getFirst().orThrow();
    }

    /**
     * Sends all requests, as few system calls as can be, and returns how each ended, in order. The kernel does not stop
     * at a request that fails.
     */
    public List<NetlinkReply> exchange(List<NetlinkRequest> requests) {
        List<NetlinkReply> replies = new ArrayList<>(requests.size());
        for (int from = 0; from < requests.size(); from += LARGEST_BATCH) {
            replies.addAll(exchangeBatch(requests.subList(from, Math.min(requests.size(), from + LARGEST_BATCH))));
        }
        return replies;
    }

    /** Reads a whole table of the kernel's; starts over when the table changed meanwhile. */
    public List<NetlinkAnswer> dump(NetlinkRequest request) {
        takeTurn(request);
        try {
            for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
                int dumpSequence = ++sequence;
                send(request.message().finish(dumpSequence, FLAG_DUMP));
                Exchange exchange = new Exchange(List.of(request), dumpSequence, false);
                receive(exchange);
                NetlinkReply reply = exchange.replies().getFirst().orThrow();
                if (!exchange.interrupted) {
                    return reply.answers();
                }
            }
            throw new NetworkException(
                    NetworkException.Kind.INTERNAL,
                    request.operation(),
                    request.subject(),
                    "the kernel's table kept changing while it was read");
        } catch (SystemCallException failure) {
            throw translate(request.subject(), failure);
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }

    private List<NetlinkReply> exchangeBatch(List<NetlinkRequest> requests) {
        takeTurn(requests.getFirst());
        try {
            int first = sequence + 1;
            List<byte[]> messages = new ArrayList<>(requests.size());
            for (NetlinkRequest request : requests) {
                messages.add(request.message().finish(++sequence, FLAG_ACKNOWLEDGE));
            }
            send(messages.toArray(byte[][]::new));
            Exchange exchange = new Exchange(requests, first, false);
            receive(exchange);
            return exchange.replies();
        } catch (SystemCallException failure) {
            throw translate(requests.getFirst().subject(), failure);
        } finally {
            turn.unlock();
        }
    }

    private void takeTurn(NetlinkRequest request) {
        try {
            if (turn.tryLock(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NetworkException(
                    NetworkException.Kind.INTERNAL,
                    "talk to the kernel about",
                    request.subject(),
                    "interrupted",
                    interrupted);
        }
        throw new NetworkException(
                NetworkException.Kind.DEADLINE_EXCEEDED,
                "talk to the kernel about",
                request.subject(),
                "an earlier request took more than " + DEADLINE.toSeconds() + " s");
    }

    private void send(byte[]... messages) {
        int length = 0;
        for (byte[] message : messages) {
            length += NetlinkAttributes.align(message.length);
        }
        ByteBuffer out = ByteBuffer.allocateDirect(length);
        for (byte[] message : messages) {
            out.put(message);
            out.position(NetlinkAttributes.align(out.position()));
        }
        calls.send(descriptor, out.flip(), 0);
    }

    private void receive(Exchange exchange) {
        while (!exchange.isComplete()) {
            received.clear();
            int length = calls.receive(descriptor, received, SocketCalls.FULL_LENGTH);
            if (length > LARGEST_ANSWER) {
                throw new SystemCallException("recv", "netlink message of " + length + " bytes", Errno.EMSGSIZE);
            }
            received.position(0).limit(length);
            while (received.remaining() >= NetlinkMessage.HEADER_LENGTH) {
                int start = received.position();
                int messageLength = received.getInt(start);
                if (messageLength < NetlinkMessage.HEADER_LENGTH || messageLength > received.remaining()) {
                    break;
                }
                exchange.accept(start, messageLength);
                received.position(start + Math.min(NetlinkAttributes.align(messageLength), received.remaining()));
            }
        }
    }

    private static NetworkException translate(String subject, SystemCallException failure) {
        if (failure.errno() == Errno.EAGAIN) {
            return new NetworkException(
                    NetworkException.Kind.DEADLINE_EXCEEDED,
                    "talk to the kernel about",
                    subject,
                    "no answer within " + DEADLINE.toSeconds() + " s",
                    failure.errno().name(),
                    failure);
        }
        return new NetworkException(
                NetworkException.Kind.INTERNAL,
                "talk to the kernel about",
                subject,
                String.valueOf(failure.getMessage()),
                failure.errno().name(),
                failure);
    }

    /** The answers to one batch; consecutive sequence numbers from {@code first} on. */
    private final class Exchange {
        private final List<NetlinkRequest> requests;
        private final int first;
        private final boolean endsWithAnswer;
        private final List<List<NetlinkAnswer>> answers = new ArrayList<>();
        private final int[] errors;
        private final String[] messages;
        private final boolean[] ended;
        private int open;
        private boolean interrupted;

        Exchange(List<NetlinkRequest> requests, int first, boolean endsWithAnswer) {
            this.endsWithAnswer = endsWithAnswer;
            this.requests = requests;
            this.first = first;
            this.errors = new int[requests.size()];
            this.messages = new String[requests.size()];
            this.ended = new boolean[requests.size()];
            this.open = requests.size();
            for (int i = 0; i < requests.size(); i++) {
                answers.add(new ArrayList<>());
            }
        }

        boolean isComplete() {
            return open == 0;
        }

        void accept(int start, int length) {
            int index = received.getInt(start + 8) - first;
            if (index < 0 || index >= ended.length || ended[index]) {
                return; // Late answer to a request that ran out of time.
            }
            int type = Short.toUnsignedInt(received.getShort(start + 4));
            int flags = Short.toUnsignedInt(received.getShort(start + 6));
            interrupted |= (flags & FLAG_DUMP_INTERRUPTED) != 0;
            int payload = start + NetlinkMessage.HEADER_LENGTH;
            int payloadLength = length - NetlinkMessage.HEADER_LENGTH;
            if (type == TYPE_ERROR || type == TYPE_DONE) {
                int error = payloadLength < 4 ? 0 : -received.getInt(payload);
                end(index, error, extension(type, flags, payload, payloadLength));
            } else {
                ByteBuffer copy = ByteBuffer.allocate(payloadLength).order(ByteOrder.nativeOrder());
                copy.put(0, received, payload, payloadLength);
                answers.get(index).add(new NetlinkAnswer(type, copy));
                if (endsWithAnswer) {
                    end(index, 0, "");
                }
            }
        }

        private String extension(int type, int flags, int payload, int payloadLength) {
            if ((flags & FLAG_HAS_EXTENSION) == 0 || payloadLength < 4) {
                return "";
            }
            int skip = 4;
            if (type == TYPE_ERROR) {
                boolean capped = (flags & FLAG_CAPPED) != 0;
                skip += capped || payloadLength < 8
                        ? NetlinkMessage.HEADER_LENGTH
                        : NetlinkAttributes.align(received.getInt(payload + 4));
            }
            if (skip < 0 || skip > payloadLength) {
                return "";
            }
            return NetlinkAttributes.of(received, payload + skip, payload + payloadLength)
                    .string(EXTENSION_MESSAGE)
                    .orElse("");
        }

        private void end(int index, int error, String message) {
            errors[index] = error;
            messages[index] = message;
            ended[index] = true;
            open--;
        }

        List<NetlinkReply> replies() {
            List<NetlinkReply> replies = new ArrayList<>(requests.size());
            for (int i = 0; i < requests.size(); i++) {
                replies.add(new NetlinkReply(requests.get(i), errors[i], messages[i], answers.get(i)));
            }
            return replies;
        }
    }
}

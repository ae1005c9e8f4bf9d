package io.berth.kernel;

import static io.berth.kernel.KernelEntry.require;
import static io.berth.kernel.LinuxCalls.own;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/** {@link SocketCalls} by system call. */
interface LinuxSocketCalls extends SocketCalls {
    /** {@code SOCK_CLOEXEC}. */
    int CLOSE_ON_EXEC = 0x80000;

    /** {@code SO_RCVTIMEO} with 64-bit times. */
    int RECEIVE_TIMEOUT = 20;

    /** {@code SO_SNDTIMEO} with 64-bit times. */
    int SEND_TIMEOUT = 21;

    /** {@code F_GETFL}. */
    int GET_FLAGS = 3;

    /** {@code F_SETFL}. */
    int SET_FLAGS = 4;

    /** {@code O_NONBLOCK}. */
    int NON_BLOCKING = 0x800;

    /** Size of {@code struct sockaddr_in6}, the larger one. */
    int INTERNET_ADDRESS_SIZE = 28;

    /** Size of {@code struct sockaddr_nl}. */
    int NETLINK_ADDRESS_SIZE = 12;

    @Override
    default Descriptor socket(int domain, int type, int protocol) {
        try (Scratch scratch = Scratch.borrow()) {
            return own(require(
                    scratch,
                    SystemCallNumber.SOCKET,
                    null,
                    "domain " + domain + ", protocol " + protocol,
                    domain,
                    type | CLOSE_ON_EXEC,
                    protocol,
                    0,
                    0,
                    0));
        }
    }

    @Override
    default SocketPair socketPair(int type) {
        try (Scratch scratch = Scratch.borrow()) {
            int offset = scratch.allocate(8);
            require(
                    scratch,
                    SystemCallNumber.SOCKETPAIR,
                    null,
                    "type " + type,
                    UNIX,
                    type | CLOSE_ON_EXEC,
                    0,
                    scratch.address(offset),
                    0,
                    0);
            return new SocketPair(
                    own(scratch.memory().getInt(offset)), own(scratch.memory().getInt(offset + 4)));
        }
    }

    @Override
    default void bindNetlink(Descriptor socket, int port, int groups) {
        try (Scratch scratch = Scratch.borrow()) {
            int offset = scratch.allocate(NETLINK_ADDRESS_SIZE);
            ByteBuffer memory = scratch.memory();
            memory.putShort(offset, (short) NETLINK);
            memory.putInt(offset + 4, port);
            memory.putInt(offset + 8, groups);
            require(
                    scratch,
                    SystemCallNumber.BIND,
                    null,
                    "netlink port " + Integer.toUnsignedString(port),
                    socket.number(),
                    scratch.address(offset),
                    NETLINK_ADDRESS_SIZE,
                    0,
                    0,
                    0);
        }
    }

    @Override
    default int netlinkPort(Descriptor socket) {
        try (Scratch scratch = Scratch.borrow()) {
            int offset = scratch.allocate(16);
            int length = scratch.allocate(4);
            scratch.memory().putInt(length, 16);
            require(
                    scratch,
                    SystemCallNumber.GETSOCKNAME,
                    socket,
                    null,
                    socket.number(),
                    scratch.address(offset),
                    scratch.address(length),
                    0,
                    0,
                    0);
            return scratch.memory().getInt(offset + 4);
        }
    }

    @Override
    default int send(Descriptor socket, ByteBuffer message, int flags) {
        refuseLongHeap(message);
        return Transfers.outOf(SystemCallNumber.SENDTO, socket, message, flags);
    }

    @Override
    default void bindUnix(Descriptor socket, String address) {
        try (Scratch scratch = Scratch.borrow()) {
            UnixAddress target = UnixAddress.lay(scratch, SystemCallNumber.BIND, address);
            require(
                    scratch,
                    SystemCallNumber.BIND,
                    null,
                    address,
                    socket.number(),
                    target.address(),
                    target.length(),
                    0,
                    0,
                    0);
        }
    }

    @Override
    default void connectUnix(Descriptor socket, String address) {
        try (Scratch scratch = Scratch.borrow()) {
            UnixAddress target = UnixAddress.lay(scratch, SystemCallNumber.CONNECT, address);
            require(
                    scratch,
                    SystemCallNumber.CONNECT,
                    null,
                    address,
                    socket.number(),
                    target.address(),
                    target.length(),
                    0,
                    0,
                    0);
        }
    }

    @Override
    default void connectInternet(Descriptor socket, InetAddress address, int port) {
        byte[] bytes = address.getAddress();
        boolean old = bytes.length == 4;
        try (Scratch scratch = Scratch.borrow()) {
            int offset = scratch.allocate(INTERNET_ADDRESS_SIZE);
            ByteBuffer memory = scratch.memory();
            memory.putShort(offset, (short) (old ? INET : INET6));
            memory.put(offset + 2, (byte) (port >>> 8));
            memory.put(offset + 3, (byte) port);
            // An IPv6 address stands behind its flow label, and is followed by a scope.
            memory.putInt(offset + 4, 0);
            memory.put(offset + (old ? 4 : 8), bytes);
            memory.putInt(offset + 24, 0);
            require(
                    scratch,
                    SystemCallNumber.CONNECT,
                    null,
                    address.getHostAddress() + " port " + port,
                    socket.number(),
                    scratch.address(offset),
                    old ? 16 : INTERNET_ADDRESS_SIZE,
                    0,
                    0,
                    0);
        }
    }

    @Override
    default void setNonBlocking(Descriptor socket) {
        try (Scratch scratch = Scratch.borrow()) {
            long flags = require(scratch, SystemCallNumber.FCNTL, socket, null, socket.number(), GET_FLAGS, 0, 0, 0, 0);
            require(
                    scratch,
                    SystemCallNumber.FCNTL,
                    socket,
                    null,
                    socket.number(),
                    SET_FLAGS,
                    flags | NON_BLOCKING,
                    0,
                    0,
                    0);
        }
    }

    @Override
    default int sendToUnix(Descriptor socket, String address, ByteBuffer message, int flags) {
        try (Scratch scratch = Scratch.borrow()) {
            UnixAddress target = UnixAddress.lay(scratch, SystemCallNumber.SENDTO, address);
            NativeBuffer bytes = scratch.transfer();
            if (message.remaining() > bytes.size()) {
                throw new SystemCallException("sendto", address, Errno.EMSGSIZE);
            }
            bytes.bytes().put(0, message, message.position(), message.remaining());
            int sent = (int) require(
                    scratch,
                    SystemCallNumber.SENDTO,
                    null,
                    address,
                    socket.number(),
                    bytes.address(),
                    message.remaining(),
                    flags,
                    target.address(),
                    target.length());
            message.position(message.position() + sent);
            return sent;
        }
    }

    @Override
    default int receive(Descriptor socket, ByteBuffer target, int flags) {
        return Transfers.into(SystemCallNumber.RECVFROM, socket, target, flags);
    }

    @Override
    default void setReceiveTimeout(Descriptor socket, Duration timeout) {
        setTimeout(socket, RECEIVE_TIMEOUT, timeout);
    }

    @Override
    default void setSendTimeout(Descriptor socket, Duration timeout) {
        setTimeout(socket, SEND_TIMEOUT, timeout);
    }

    @Override
    default void setsockopt(Descriptor socket, int level, int option, int value) {
        try (Scratch scratch = Scratch.borrow()) {
            int offset = scratch.allocate(4);
            scratch.memory().putInt(offset, value);
            option(scratch, socket, level, option, offset, 4);
        }
    }

    private static void setTimeout(Descriptor socket, int option, Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("a timeout must be positive, not " + timeout);
        }
        try (Scratch scratch = Scratch.borrow()) {
            int offset = scratch.allocate(16);
            scratch.memory().putLong(offset, timeout.getSeconds());
            // Zero microseconds would mean no timeout at all.
            scratch.memory().putLong(offset + 8, Math.max(1, timeout.getNano() / 1000));
            option(scratch, socket, SOCKET_LEVEL, option, offset, 16);
        }
    }

    private static void option(Scratch scratch, Descriptor socket, int level, int option, int offset, int size) {
        require(
                scratch,
                SystemCallNumber.SETSOCKOPT,
                null,
                "level " + level + ", option " + option,
                socket.number(),
                level,
                option,
                scratch.address(offset),
                size,
                0);
    }

    /** A message that is copied in pieces would be several messages. */
    private static void refuseLongHeap(ByteBuffer message) {
        if (!message.isDirect() && message.remaining() > 64 * 1024) {
            throw new IllegalArgumentException("a message over 64 KiB must be in a direct buffer");
        }
    }
}

package io.berth.kernel;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Sockets of the kinds that the JDK lacks (netlink, unix datagrams), and stream sockets whose descriptor is needed. All
 * are close-on-exec. A socket stays in the network namespace in which it was made. Each method throws
 * {@link SystemCallException}.
 */
public interface SocketCalls {
    /** {@code AF_UNIX}. */
    int UNIX = 1;

    /** {@code AF_NETLINK}. */
    int NETLINK = 16;

    /** {@code AF_INET}. */
    int INET = 2;

    /** {@code AF_INET6}. */
    int INET6 = 10;

    /** {@code SOCK_STREAM}. */
    int STREAM = 1;

    /** {@code SOCK_DGRAM}. */
    int DATAGRAM = 2;

    /** {@code SOCK_RAW}. */
    int RAW = 3;

    /** {@code SOCK_SEQPACKET}: a stream of packets that keep their bounds. */
    int PACKETS = 5;

    /** {@code NETLINK_ROUTE}. */
    int NETLINK_ROUTE = 0;

    /** {@code NETLINK_NETFILTER}. */
    int NETLINK_NETFILTER = 12;

    /** {@code SOL_SOCKET}. */
    int SOCKET_LEVEL = 1;

    /** {@code SO_SNDBUF}. */
    int SEND_BUFFER = 7;

    /** {@code SO_RCVBUF}. */
    int RECEIVE_BUFFER = 8;

    /** {@code SO_RCVBUFFORCE}. */
    int RECEIVE_BUFFER_FORCE = 33;

    /** {@code SOL_NETLINK}. */
    int NETLINK_LEVEL = 270;

    /** {@code NETLINK_ADD_MEMBERSHIP}. */
    int NETLINK_ADD_MEMBERSHIP = 1;

    /** {@code NETLINK_CAP_ACK}: an error does not repeat the request. */
    int NETLINK_CAP_ACK = 10;

    /** {@code NETLINK_EXT_ACK}: an error carries the kernel's words. */
    int NETLINK_EXT_ACK = 11;

    /** {@code NETLINK_GET_STRICT_CHK}: a dump's filters are obeyed. */
    int NETLINK_STRICT_CHECK = 12;

    /** {@code MSG_PEEK}. */
    int PEEK = 2;

    /** {@code MSG_TRUNC}: receive returns the message's full length, also when the buffer is smaller. */
    int FULL_LENGTH = 0x20;

    /** {@code MSG_DONTWAIT}. */
    int NO_WAIT = 0x40;

    /** {@code MSG_NOSIGNAL}. */
    int NO_SIGNAL = 0x4000;

    /** Makes a socket. The caller owns the descriptor. */
    Descriptor socket(int domain, int type, int protocol);

    /**
     * Makes two unix sockets that are connected with each other. The caller owns both.
     *
     * @param type {@link #STREAM}, {@link #DATAGRAM} or {@link #PACKETS}
     */
    SocketPair socketPair(int type);

    /** Binds a netlink socket; port 0 lets the kernel choose. */
    void bindNetlink(Descriptor socket, int port, int groups);

    /**
     * Binds a unix socket.
     *
     * @param address a path, which is made, or {@code @name} for an abstract one
     */
    void bindUnix(Descriptor socket, String address);

    /**
     * Connects a unix socket; waits for a listener whose queue is full as long as {@link #setSendTimeout} says (EAGAIN
     * then).
     *
     * @param address a path, or {@code @name} for an abstract one
     */
    void connectUnix(Descriptor socket, String address);

    /**
     * Connects an internet socket of the address's family, within {@link #setSendTimeout} (EINPROGRESS then).
     *
     * @param port 1 to 65535
     */
    void connectInternet(Descriptor socket, InetAddress address, int port);

    /** Has calls on the socket, of whoever uses it from now on, answer EAGAIN where they would wait. */
    void setNonBlocking(Descriptor socket);

    /** Returns the port that a netlink socket is bound to. */
    int netlinkPort(Descriptor socket);

    /** Sends one message (a netlink message goes to the kernel); moves the buffer's position. */
    int send(Descriptor socket, ByteBuffer message, int flags);

    /**
     * Sends one datagram to a unix socket.
     *
     * @param address a path, or {@code @name} for an abstract one
     */
    int sendToUnix(Descriptor socket, String address, ByteBuffer message, int flags);

    /**
     * Receives one message; returns its length (with {@link #FULL_LENGTH} the length before it was cut to the buffer)
     * and moves the buffer's position by what is in it. Fails with EAGAIN when {@link #setReceiveTimeout} ran out.
     */
    int receive(Descriptor socket, ByteBuffer target, int flags);

    /** Bounds each {@link #receive}. */
    void setReceiveTimeout(Descriptor socket, Duration timeout);

    /** Bounds each {@link #send}. */
    void setSendTimeout(Descriptor socket, Duration timeout);

    /** Sets an option that is an int. */
    void setsockopt(Descriptor socket, int level, int option, int value);
}

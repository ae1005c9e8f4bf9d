package io.berth.kernel;

/** Two sockets that are connected with each other, see {@link SocketCalls#socketPair}. */
public record SocketPair(Descriptor one, Descriptor other) {}

package io.berth.imagefs.http;

/** An open connection. Any thread. */
interface Connection {
    /** Sends a request; what comes of it goes to the exchange. Never blocks. */
    void begin(HttpCall call, Route route, Exchange exchange);

    /** Whether it takes a request now. */
    boolean isFree();

    /** Ends it, and what it carries. */
    void close();
}

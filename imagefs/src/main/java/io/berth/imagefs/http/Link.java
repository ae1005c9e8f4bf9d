package io.berth.imagefs.http;

import java.time.Duration;

/** What an exchange wants of the connection (or HTTP/2 stream) that carries it. Any thread. */
interface Link {
    /** Asks for what comes next. */
    void read();

    /** Says that the answer has come to its end. */
    void finished(boolean reusable);

    /** Ends it, as the rest of the answer is not wanted. */
    void abandon();

    /** As {@link #abandon}, some time from now, where the answer has not come to its end by then. */
    void abandonAfter(Duration patience);
}

package io.berth.server.daemon;

import io.berth.kernel.SystemCalls;

/** What the daemon needs whatever its configuration says, begun on a thread of its own before that is read. */
public final class HeadStart {
    private HeadStart() {}

    /** Begins. Who needs it before it is there waits for it. */
    public static void begin() {
        Thread.ofPlatform().name("head-start").daemon().start(SystemCalls::bind);
    }
}

package io.berth.server.config;

import java.time.Duration;

/**
 * How requests are served.
 *
 * @param requestThreads most requests that change something at a time
 * @param requestQueue most requests that wait for such a thread, and most that wait for their turn; more are refused
 * @param shutdownDeadline from SIGTERM to the end
 */
public record ServerConfig(int requestThreads, int requestQueue, Duration shutdownDeadline, StreamingConfig streaming) {
    static ServerConfig read(Section section) {
        return new ServerConfig(
                section.integer("request_threads", 256, 4, 4096, """
                        Requests that change something and run at the same time. A graceful stop occupies one for as
                        long as the container takes."""),
                section.integer("request_queue", 1024, 0, 1_000_000, """
                        Requests that may wait for one of these threads, or for their turn to bring up a pod or a
                        container; what comes after is RESOURCE_EXHAUSTED."""),
                section.duration("shutdown_deadline", "10s", "100ms", "10m", """
                        From SIGTERM to the end of the daemon. Pods run on."""),
                StreamingConfig.read(section.section("streaming")));
    }
}

package io.berth.server.logging;

import org.slf4j.MDC;

/** What the current thread is working on; every line that it logs says so, until the context is cleared. */
public final class Fields {
    private Fields() {}

    public static void sandbox(String id) {
        MDC.put("sandbox", id);
    }

    public static void container(String id) {
        MDC.put("container", id);
    }

    public static void image(String reference) {
        MDC.put("image", reference);
    }

    public static void pod(String namespace, String name) {
        MDC.put("pod", namespace + "/" + name);
    }
}

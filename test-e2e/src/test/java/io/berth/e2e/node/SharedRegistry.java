package io.berth.e2e.node;

import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.Nginx;
import io.berth.e2e.process.Places;
import io.berth.e2e.registry.RegistryProcess;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The one registry of a test run, with the images that most tests use. */
final class SharedRegistry implements AutoCloseable {
    static final String BUSYBOX = "harbour/busybox:1";
    static final String NGINX = "harbour/nginx:1";

    private final RegistryProcess process = RegistryProcess.start(Places.work());

    private SharedRegistry() {
        process.client().push("harbour/busybox", "1", Busybox.image().build());
        process.client().push("harbour/nginx", "1", Nginx.image());
    }

    /** Started at first use, ended with the run. */
    static RegistryProcess of(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .getOrComputeIfAbsent(SharedRegistry.class, key -> new SharedRegistry(), SharedRegistry.class)
                .process;
    }

    @Override
    public void close() {
        process.close();
    }
}

package io.berth.e2e.conformance;

import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.DynamicProgram;
import io.berth.e2e.image.ImageBuilder;
import io.berth.e2e.image.Layer;
import io.berth.e2e.image.Nginx;
import io.berth.e2e.image.TestImage;
import io.berth.e2e.process.Places;
import io.berth.e2e.registry.RegistryClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The images that critest pulls, made of the distribution's programs, under the names that it pulls them by: a mirror
 * of gcr.io, registry.k8s.io and k8s.gcr.io.
 */
final class ConformanceImages {
    /** The registries whose images these are. */
    static final List<String> REGISTRIES = List.of("gcr.io", "registry.k8s.io", "k8s.gcr.io");

    private static final String TESTS = "k8s-staging-cri-tools/";
    private static final String END_TO_END = "e2e-test-images/";

    // The port that the suite expects the web server of the host's network on.
    private static final int HOST_NETWORK_PORT = 12003;

    /**
     * A shell that looks its commands up in the PATH: the static busybox runs its own instead, so that masking a
     * program's file would not show. And two programs that busybox lacks, as scripts.
     */
    private static final Layer SHELL = Layer.of(tar -> {
        DynamicProgram.write(tar, Map.of("bin/sh", Places.tool("busybox-shell")), 0755);
        tar.file("bin/pgrep", script("exec pidof \"$1\""), 0755);
        tar.file("bin/ipcs", script("exec cat /proc/sysvipc/shm"), 0755);
    });

    private final RegistryClient registry;

    private ConformanceImages(RegistryClient registry) {
        this.registry = registry;
    }

    /** Builds all images and pushes them. */
    static void push(RegistryClient registry) {
        ConformanceImages images = new ConformanceImages(registry);
        images.programs();
        images.users();
        images.references();
    }

    private void programs() {
        TestImage nginx = Nginx.image();
        TestImage hostNginx = Nginx.image(HOST_NETWORK_PORT);
        registry.push(END_TO_END + "busybox", "1.29-2", busybox().build());
        registry.push(END_TO_END + "nginx", "1.14-2", nginx);
        registry.push(END_TO_END + "httpd", "2.4.39-4", httpd());
        registry.push(END_TO_END + "nonewprivs", "1.3", setUserId());
        registry.push(TESTS + "hostnet-nginx-" + ImageBuilder.ownArchitecture(), "latest", hostNginx);
        registry.push(
                "pause",
                "3.9",
                Busybox.image()
                        .user("65535:65535")
                        .entrypoint("sleep", "infinity")
                        .build());
    }

    private void users() {
        registry.push(
                TESTS + "test-image-user-uid", "latest", busybox().user("1002").build());
        registry.push(
                TESTS + "test-image-user-username",
                "latest",
                busybox().user("www-data").build());
        registry.push(
                TESTS + "test-image-user-uid-group",
                "latest",
                busybox().user("1003:1004").build());
        registry.push(
                TESTS + "test-image-user-username-group",
                "latest",
                busybox().user("www-data:1004").build());
        // User 1000 is a member of group 50000 there.
        registry.push(
                TESTS + "test-image-predefined-group",
                "latest",
                busybox().user("1000").build());
    }

    /** Images that differ from each other by one small file. */
    private void references() {
        push("test-image-latest", "latest", "latest");
        push("test-image-tag", "test", "tag-test");
        push("test-image-tag", "all", "tag-all");
        for (String number : List.of("1", "2", "3")) {
            push("test-image-" + number, "latest", "image-" + number);
            push("test-image-tags", number, "tags");
        }
    }

    private void push(String repository, String tag, String content) {
        Layer file = Layer.of(tar -> tar.file("content", content + "\n"));
        registry.push(TESTS + repository, tag, busybox().layer(file).build());
    }

    private static ImageBuilder busybox() {
        return Busybox.image().layer(SHELL);
    }

    private static TestImage httpd() {
        Layer server = Layer.of(tar -> {
            tar.file("var/www/index.html", "<html><body><h1>It works</h1></body></html>\n");
            tar.file("bin/serve", script("echo 'httpd serves on port 80'\nexec httpd -f -p 80 -h /var/www"), 0755);
        });
        return busybox().layer(server).command("serve").build();
    }

    /** An image whose program gains root by its file's mode, unless it may not, and says who it is then. */
    private static TestImage setUserId() {
        Layer program =
                Layer.of(tar -> DynamicProgram.write(tar, Map.of("bin/effective-id", Path.of("/usr/bin/id")), 04755));
        return busybox()
                .layer(program)
                .entrypoint("sh", "-c", "echo Effective uid: $(effective-id -u)")
                .build();
    }

    private static byte[] script(String lines) {
        return ("#!/bin/sh\n" + lines + "\n").getBytes(StandardCharsets.UTF_8);
    }
}

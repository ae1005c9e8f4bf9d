package io.berth.e2e.image;

import io.berth.e2e.process.Command;
import io.berth.e2e.process.Places;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The distribution's static busybox as the lowest layer of images. */
public final class Busybox {
    /** What the images' environment says. */
    public static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final String PASSWD = """
            root:x:0:0:root:/root:/bin/sh
            www-data:x:33:33:www-data:/var/www:/bin/false
            sailor:x:1000:1000:Sailor:/home/sailor:/bin/sh
            nobody:x:65534:65534:nobody:/home:/bin/false
            """;
    private static final String GROUP = """
            root:x:0:
            www-data:x:33:
            sailor:x:1000:
            harbour:x:50000:sailor
            nogroup:x:65534:
            """;

    private static final Layer LAYER = Layer.of(Busybox::write);

    private Busybox() {}

    /** The layer: busybox with a link for each applet, users and the usual directories. */
    public static Layer layer() {
        return LAYER;
    }

    /** An image builder that starts from the layer. */
    public static ImageBuilder image() {
        return new ImageBuilder().layer(LAYER).environment(PATH).command("sh");
    }

    private static void write(TarWriter tar) {
        for (String directory :
                List.of("bin", "dev", "etc", "home", "proc", "run", "sys", "usr", "var", "var/log", "var/www")) {
            tar.directory(directory, 0755);
        }
        tar.directory("root", 0700);
        tar.directory("tmp", 01777);
        tar.directory("home/sailor", 0755, 1000, 1000);
        tar.symbolicLink("var/run", "/run");
        Path program = Places.tool("busybox");
        tar.file("bin/busybox", bytes(program), 0755);
        Command.output(program.toString(), "--list")
                .lines()
                .filter(applet -> !applet.equals("busybox") && !applet.equals("linuxrc"))
                .sorted()
                .forEach(applet -> tar.hardLink("bin/" + applet, "bin/busybox"));
        tar.file("etc/passwd", PASSWD);
        tar.file("etc/group", GROUP);
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

package io.berth.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.Layer;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.process.Command;
import io.berth.e2e.process.Places;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The daemon's state on a file system of 40 MiB. */
class FullDiskTest {
    private static final String SMALL = "small-disk";

    @RegisterExtension
    static final Node NODE = Node.with(config -> {
        Path disk = Places.work().resolve(SMALL);
        Command.output("mkdir", "-p", disk.toString());
        Command.output("mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", disk.toString());
        return config.with("", "state_directory", "\"" + disk.resolve("state") + "\"");
    });

    @AfterAll
    static void removeTheDisk() {
        // The daemon still runs: it is ended after this, and lets the mount go with its last descriptor.
        Command.output("umount", "--lazy", Places.work().resolve(SMALL).toString());
    }

    @Test
    void aDiskThatFillsUpInTheMiddleOfALayerLeavesNothing() {
        byte[] noise = new byte[60 << 20];
        new Random(11).nextBytes(noise);
        NODE.registry()
                .client()
                .push(
                        "disk/too-large",
                        "1",
                        Busybox.image()
                                .layer(Layer.of(tar -> tar.file("noise", noise, 0644)))
                                .build());
        String reference = NODE.reference("disk/too-large:1");
        String free = free();
        Refusal.of(() -> NODE.pull(reference)).is(Code.RESOURCE_EXHAUSTED).saying("no space left on device");
        assertThat(free()).as("free blocks, in MiB").isEqualTo(free);
        assertThat(NODE.pod("after")
                        .run()
                        .container("main", NODE.busybox())
                        .command("echo", "fine")
                        .start()
                        .output())
                .isEqualTo("fine\n");
    }

    private static String free() {
        return Command.output(
                "df", "-m", "--output=avail", Places.work().resolve(SMALL).toString());
    }
}

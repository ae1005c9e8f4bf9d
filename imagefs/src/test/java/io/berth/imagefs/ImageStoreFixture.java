package io.berth.imagefs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.imagefs.ImageException.Kind;
import io.berth.imagefs.testing.ScriptedRegistry;
import io.berth.imagefs.testing.TarBuilder;
import io.berth.imagefs.testing.TestLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store in a directory of its own, and a registry that answers as it is told. */
@Timeout(60)
abstract class ImageStoreFixture {
    @TempDir
    Path directory;

    final ScriptedRegistry registry = new ScriptedRegistry();

    ImageStoreConfig config = ImageStoreConfig.in(Path.of("/nonexistent"));

    ImageStore store;

    @BeforeEach
    void openStore() {
        config = ImageStoreConfig.in(directory.resolve("state")).withLimits(TestLimits.QUICK);
        store = ImageStore.open(config);
        store.collect();
    }

    @AfterEach
    void closeStore() {
        store.close();
        // A thread says that it has ended a moment before it has.
        for (int i = 0; i < 100 && !threads().isEmpty(); i++) {
            pause(10);
        }
        assertThat(threads()).isEmpty();
        registry.close();
    }

    void reopen() {
        store.close();
        store = ImageStore.open(config);
    }

    static TarBuilder base() {
        return new TarBuilder()
                .directory("./", 0755)
                .directory("etc", 0755)
                .file("etc/passwd", "root:x:0:0::/root:\nwww:x:33:33::/www:\n")
                .file("etc/group", "root:x:0:\nwww:x:33:\n");
    }

    static TarBuilder top(String content) {
        return new TarBuilder().file("app/run", content).file("etc/.wh.group", "");
    }

    String name(String repository) {
        return registry.host() + "/" + repository;
    }

    PulledImage pull(String name) {
        return store.pull(name, Credentials.ANONYMOUS);
    }

    List<String> names(String area) {
        try (Stream<Path> entries = Files.list(config.root().resolve(area))) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    void nothingIsLeft(int layers) {
        assertThat(names("layers")).hasSize(layers);
        assertThat(names("incoming")).isEmpty();
        for (int i = 0; i < 100 && !names("trash").isEmpty(); i++) {
            pause(50);
        }
        assertThat(names("trash")).isEmpty();
    }

    static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("registry-io"))
                .toList();
    }

    void refused(Kind kind, String reference, String... messages) {
        assertThatThrownBy(() -> pull(reference))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .satisfies(e -> assertThat(e.getMessage()).contains(messages));
    }

    static void await(int seconds) {
        pause(seconds * 1000L);
    }

    static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.berth.core;

import io.berth.core.image.Images;
import io.berth.imagefs.Image;
import io.berth.imagefs.ImageConfig;
import io.berth.imagefs.ImageException;
import io.berth.imagefs.Platform;
import io.berth.imagefs.ResolvedUser;
import io.berth.imagefs.Snapshot;
import io.berth.imagefs.SnapshotUsage;
import io.berth.imagefs.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** One image, made of the machine's static busybox, with overlay snapshots on a directory of its own. */
final class BusyboxImages implements Images {
    static final String ID = "sha256:" + "b".repeat(64);
    private static final List<String> APPLETS =
            List.of("sh", "sleep", "true", "false", "cat", "echo", "id", "ls", "hostname", "touch", "grep", "kill");

    private final Path root;
    private final Set<String> keys = ConcurrentHashMap.newKeySet();

    /** The machine's, or that which ./test has fetched; it need not be there. */
    static Path busybox() {
        return Path.of(System.getenv().getOrDefault("BERTH_BUSYBOX", "/bin/busybox"));
    }

    BusyboxImages(Path root) {
        this.root = root;
        try {
            Path bin = Files.createDirectories(root.resolve("layer/bin"));
            Files.createDirectories(root.resolve("layer/tmp"));
            if (!Files.exists(bin.resolve("busybox"))) {
                Files.copy(busybox(), bin.resolve("busybox"));
                for (String applet : APPLETS) {
                    Files.createLink(bin.resolve(applet), bin.resolve("busybox"));
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public Optional<Image> find(String idOrReference) {
        if (!idOrReference.equals("busybox") && !idOrReference.equals(ID)) {
            return Optional.empty();
        }
        ImageConfig config = new ImageConfig(
                "",
                List.of("FROM_IMAGE=yes"),
                List.of(),
                List.of("sh"),
                "",
                Set.of(),
                Set.of(),
                "",
                Platform.host(),
                "");
        return Optional.of(
                new Image(ID, List.of("docker.io/library/busybox:latest"), List.of(), 1, config, "", false, 1));
    }

    @Override
    public ResolvedUser user(String imageId, String user) {
        String[] parts = user.isEmpty() ? new String[] {"0"} : user.split(":", -1);
        try {
            int uid = Integer.parseInt(parts[0]);
            return new ResolvedUser(uid, parts.length > 1 ? Integer.parseInt(parts[1]) : 0, List.of(), "/");
        } catch (NumberFormatException name) {
            throw new ImageException(ImageException.Kind.UNKNOWN_USER, "the image has no user \"" + user + "\"");
        }
    }

    @Override
    public Snapshot prepareSnapshot(String key, String imageId, long limit) {
        try {
            Path upper = Files.createDirectories(
                    root.resolve("snapshots").resolve(key).resolve("upper"));
            Path work = Files.createDirectories(
                    root.resolve("snapshots").resolve(key).resolve("work"));
            keys.add(key);
            return new Snapshot.Overlay(List.of(root.resolve("layer")), upper, work, List.of());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void makeSnapshotAhead(String key) {
        try {
            Files.createDirectories(root.resolve("snapshots").resolve(key));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void removeSnapshot(String key) {
        keys.remove(key);
        try (Stream<Path> files = Files.walk(root.resolve("snapshots").resolve(key))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException gone) {
            // Nothing there.
        }
    }

    @Override
    public List<String> snapshotKeys() {
        return List.copyOf(keys);
    }

    @Override
    public SnapshotUsage snapshotUsage(String key, Duration age) {
        return new SnapshotUsage(Usage.NONE, 1);
    }

    @Override
    public SnapshotUsage lastSnapshotUsage(String key) {
        return new SnapshotUsage(Usage.NONE, 1);
    }

    @Override
    public Path root() {
        return root;
    }
}

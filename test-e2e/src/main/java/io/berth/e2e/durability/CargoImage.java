package io.berth.e2e.durability;

import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.Digests;
import io.berth.e2e.image.ImageBuilder;
import io.berth.e2e.image.Layer;
import io.berth.e2e.image.RealisticFiles;
import io.berth.e2e.process.Command;
import io.berth.e2e.process.Places;
import io.berth.e2e.registry.RegistryClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * An image of a series.
 *
 * @param repository its name in the registry
 * @param id its ID
 * @param contents what {@link #SCRIPT} must print in a container of it: name, kind and digest of everything
 */
public record CargoImage(String repository, String id, List<String> contents) {
    static final String TAG = "1";

    /** Reads every byte of every file that these images have besides busybox. */
    static final String SCRIPT = """
            cd /
            find shared own ! -type l | sort | xargs stat -c '%a %n'
            find shared own -type f | sort | xargs sha256sum
            find shared own -type l | sort | while read -r link; do echo "$link -> $(readlink "$link")"; done
            """;

    private static final Comparator<String> BY_NAME =
            Comparator.comparing(line -> line.substring(line.lastIndexOf(' ') + 1));
    private static final int IMAGES = 4;
    private static final int SHARED_BYTES = 2_000_000;
    private static final int OWN_BYTES = 3_000_000;

    /** Writes it down for {@link #read}. */
    void write(Path file) throws IOException {
        Files.writeString(file, repository + "\n" + id + "\n" + String.join("\n", contents) + "\n");
    }

    static CargoImage read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return new CargoImage(lines.getFirst(), lines.get(1), List.copyOf(lines.subList(2, lines.size())));
    }

    /** Makes the images and pushes them: each has busybox, a layer that they share, and one of its own. */
    static List<CargoImage> push(RegistryClient registry, Path directory) {
        Layer shared = Layer.of(tar -> new RealisticFiles(1).writeTo(tar, "shared", SHARED_BYTES));
        List<CargoImage> images = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            int number = i;
            Layer own = Layer.of(tar -> new RealisticFiles(2 + number).writeTo(tar, "own", (1L + number) * OWN_BYTES));
            ImageBuilder builder = Busybox.image().layer(shared).layer(own);
            var image = builder.build();
            String repository = "cargo/" + i;
            registry.push(repository, TAG, image);
            images.add(new CargoImage(repository, image.id(), contents(directory, shared, own)));
        }
        return images;
    }

    /** The expectation is made with tar and not with Berth. */
    private static List<String> contents(Path directory, Layer... layers) {
        try {
            Path root = Files.createTempDirectory(Files.createDirectories(directory), "cargo");
            for (Layer layer : layers) {
                Path blob = Files.write(root.resolve("blob"), layer.blob().toByteArray());
                Command.output("tar", "-xpzf", blob.toString(), "-C", root.toString());
                Files.delete(blob);
            }
            List<String> modes = new ArrayList<>();
            List<String> files = new ArrayList<>();
            List<String> links = new ArrayList<>();
            try (Stream<Path> paths = Files.walk(root)) {
                for (Path path : paths.sorted().skip(1).toList()) {
                    String name = root.relativize(path).toString();
                    if (Files.isSymbolicLink(path)) {
                        links.add(name + " -> " + Files.readSymbolicLink(path));
                        continue;
                    }
                    int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
                    modes.add(Integer.toOctalString(mode & 07777) + " " + name);
                    if (Files.isRegularFile(path)) {
                        files.add(Digests.of(Files.readAllBytes(path)).substring("sha256:".length()) + "  " + name);
                    }
                }
            }
            Places.deleteTree(root);
            List<String> contents = new ArrayList<>();
            modes.stream().sorted(BY_NAME).forEach(contents::add);
            files.stream().sorted(BY_NAME).forEach(contents::add);
            links.stream().sorted().forEach(contents::add);
            return List.copyOf(contents);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

package io.berth.e2e.durability;

import io.berth.e2e.daemon.CriClient;
import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.pod.PodPlan;
import io.berth.e2e.registry.RegistryProcess;
import io.berth.proto.cri.v1.Image;
import io.berth.proto.cri.v1.ImageSpec;
import io.berth.proto.cri.v1.ListImagesRequest;
import io.berth.proto.cri.v1.PullImageRequest;
import io.berth.proto.cri.v1.RemoveImageRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The images of a series in one registry.
 *
 * @param registry its host and port
 */
public record Images(String registry, List<CargoImage> all) {
    /**
     * Makes the images and pushes them.
     *
     * @param directory for files under way
     */
    public static Images push(RegistryProcess registry, Path directory) {
        return new Images(registry.address(), CargoImage.push(registry.client(), directory));
    }

    /** The configuration of a daemon that has no image of its own. */
    static DaemonConfig withoutOthers(DaemonConfig config) {
        try {
            Path none = Files.createDirectories(config.directory().resolve("none"));
            return config.with("images", "preload_directory", DaemonConfig.text(none.toString()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    CargoImage any(Random random) {
        return all.get(random.nextInt(all.size()));
    }

    String reference(CargoImage image) {
        return registry + "/" + image.repository() + ":" + CargoImage.TAG;
    }

    void pull(CriClient client, CargoImage image) {
        String id = client.images()
                .pullImage(PullImageRequest.newBuilder().setImage(spec(image)).build())
                .getImageRef();
        if (!id.equals(image.id())) {
            throw new IllegalStateException(reference(image) + " was pulled as " + id + ", not as " + image.id());
        }
    }

    void remove(CriClient client, CargoImage image) {
        client.images()
                .removeImage(
                        RemoveImageRequest.newBuilder().setImage(spec(image)).build());
    }

    /** The IDs of all images that the daemon lists. */
    static Set<String> listed(CriClient client) {
        return client.images().listImages(ListImagesRequest.getDefaultInstance()).getImagesList().stream()
                .map(Image::getId)
                .collect(Collectors.toSet());
    }

    /**
     * Reads all of some images by a container of each; says what is wrong with them.
     *
     * @param logs where logs of containers go
     */
    List<String> wrong(CriClient client, List<CargoImage> images, Path logs) {
        Pod pod = new PodPlan(client, logs, "reading").run();
        try {
            return images.stream()
                    .map(image -> wrong(pod, image))
                    .filter(text -> !text.isEmpty())
                    .toList();
        } finally {
            pod.stop().remove();
        }
    }

    private static String wrong(Pod pod, CargoImage image) {
        try {
            return difference(pod, image);
        } catch (StatusRuntimeException failure) {
            return image.repository() + ": a container of it cannot be started: " + failure.getMessage();
        }
    }

    private static String difference(Pod pod, CargoImage image) {
        PodContainer container = pod.container(image.repository().replace('/', '-'), image.id())
                .command("sh", "-c", CargoImage.SCRIPT)
                .start();
        List<String> found = container.output().lines().toList();
        if (found.equals(image.contents())) {
            return "";
        }
        List<String> missing = image.contents().stream()
                .filter(line -> !found.contains(line))
                .limit(5)
                .toList();
        List<String> more = found.stream()
                .filter(line -> !image.contents().contains(line))
                .limit(5)
                .toList();
        return image.repository() + ": should be " + missing + ", is " + more;
    }

    private ImageSpec spec(CargoImage image) {
        return ImageSpec.newBuilder().setImage(reference(image)).build();
    }
}

package io.berth.e2e.compare;

import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.ImageBuilder;
import io.berth.e2e.image.Layer;
import io.berth.e2e.registry.RegistryProcess;
import io.berth.proto.cri.v1.ImageSpec;
import io.berth.proto.cri.v1.ListContainersRequest;
import io.berth.proto.cri.v1.PullImageRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The registry and the contenders of a run, each with the image pulled; all of them end with it.
 *
 * @param contenders Berth first
 */
record Contest(RegistryProcess registry, List<Pods> contenders) implements AutoCloseable {
    /** What lasts as long as the machine is up; a tmpfs, as on a node. */
    private static final Path VOLATILE = Path.of("/run/bench");

    /**
     * berthd is compiled while it runs, what a pod goes through once after some 600 of them, and what calls side by
     * side need when there are some; the others were before. One after another, then on the host's network, then by
     * several workers.
     */
    private static final int BERTH_WARM_UP = 500;

    private static final int BERTH_WARM_UP_ON_HOST_NETWORK = 100;

    private static final int BERTH_WARM_UP_SIDE_BY_SIDE = 500;

    private static final int WORKERS = 8;

    private static final int WARM_UP_CALLS = 4000;

    private static final int FIRST = 10;

    /** Berth alone. */
    static Contest ofBerth(Path disk) {
        Contest contest = new Contest(RegistryProcess.start(disk), new ArrayList<>());
        contest.orClose(() -> contest.add(BerthContender.start(VOLATILE.resolve("berth"), disk.resolve("berth"))));
        return contest;
    }

    /** Berth, and a containerd for each OCI runtime. */
    static Contest of(Path disk, Programs programs) {
        Contest contest = ofBerth(disk);
        contest.orClose(() -> {
            String sandboxImage = contest.push("pause", pauseImage(programs.pause()));
            for (int i = 0; i < programs.runtimes().size(); i++) {
                String name = programs.runtimes().get(i).getFileName().toString();
                ContainerdSettings settings = new ContainerdSettings(
                        sandboxImage, "bench" + i, "10." + (97 - i) + ".0.0/16", programs.environment());
                ContainerdContender contender = ContainerdContender.start(
                        programs.containerd(),
                        programs.runtimes().get(i),
                        settings,
                        VOLATILE.resolve(name),
                        disk.resolve(name));
                contest.add(contender);
            }
        });
        return contest;
    }

    /**
     * Takes every contender's first pods up and down, which are slower; the first ten are measured for themselves.
     * Berth comes last: the first of all are slower for what the client does the first time, too.
     */
    void warmUp(int rounds, Results results) {
        for (Pods pods : contenders.reversed()) {
            boolean berth = pods == contenders.getFirst();
            for (int round = 0; round < (berth ? BERTH_WARM_UP : rounds); round++) {
                long start = System.nanoTime();
                Life life = pods.up();
                if (round < FIRST) {
                    results.tally(CallPart.ALL_THREE + ", first pods", pods.contender())
                            .add(System.nanoTime() - start);
                }
                warm(life);
            }
            for (int round = 0; round < (berth ? BERTH_WARM_UP_ON_HOST_NETWORK : rounds); round++) {
                pods.runOnHostNetwork().stop().remove();
            }
            Workers.run(WORKERS, berth ? BERTH_WARM_UP_SIDE_BY_SIDE : WORKERS, round -> warm(pods.up()));
            for (int call = 0; call < WARM_UP_CALLS; call++) {
                pods.contender().client().runtime().listContainers(ListContainersRequest.getDefaultInstance());
            }
        }
    }

    private static void warm(Life life) {
        life.container().execSync(10, "/bin/true");
        life.end();
    }

    @Override
    public void close() {
        contenders.forEach(pods -> pods.contender().close());
        registry.close();
    }

    private void add(Contender contender) {
        String image = push("busybox", Busybox.image());
        contenders.add(new Pods(contender, image));
        contender
                .client()
                .images()
                .pullImage(PullImageRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(image))
                        .build());
    }

    private String push(String name, ImageBuilder image) {
        registry.client().push("bench/" + name, "1", image.build());
        return registry.address() + "/bench/" + name + ":1";
    }

    private void orClose(Runnable start) {
        try {
            start.run();
        } catch (RuntimeException failure) {
            close();
            throw failure;
        }
    }

    private static ImageBuilder pauseImage(Path program) {
        try {
            byte[] bytes = Files.readAllBytes(program);
            Layer layer = Layer.of(tar -> tar.file(ContainerdSettings.PAUSE.substring(1), bytes, 0755));
            return new ImageBuilder().layer(layer).entrypoint(ContainerdSettings.PAUSE);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

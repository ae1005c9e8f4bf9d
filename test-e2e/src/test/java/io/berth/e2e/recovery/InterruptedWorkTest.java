package io.berth.e2e.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.Layer;
import io.berth.e2e.image.TestImage;
import io.berth.e2e.node.Node;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodPlan;
import io.berth.e2e.process.Waiting;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The daemon is killed in the middle of what it does; what is half done must be finished or undone. */
class InterruptedWorkTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    /** Does something again and again until the daemon is killed under it. */
    private static Thread untilKilled(String name, Runnable work) {
        return Thread.ofPlatform().name(name).start(() -> {
            try {
                while (true) {
                    work.run();
                }
            } catch (StatusRuntimeException killed) {
                // As planned: the call in flight found the daemon gone.
            }
        });
    }

    private static void killAfter(Duration time, Thread... workers) throws InterruptedException {
        Waiting.pause(time);
        NODE.daemon().kill();
        for (Thread worker : workers) {
            worker.join();
        }
        NODE.daemon().start();
    }

    @Test
    void podsInTheMakingAndInTheEndingLeaveNothing() throws InterruptedException {
        AtomicInteger number = new AtomicInteger();
        Random random = new Random(3);
        for (int round = 0; round < 8; round++) {
            Runnable life = () -> {
                Pod pod = NODE.pod("life-" + number.incrementAndGet()).run();
                pod.container("main", NODE.busybox())
                        .command("sleep", "1000")
                        .start()
                        .execSync(10, "true");
                pod.stop().remove();
            };
            killAfter(
                    Duration.ofMillis(200 + random.nextInt(300)),
                    untilKilled("life-one", life),
                    untilKilled("life-two", life));
        }
        // The pods that were whole are listed and removed after the test; then nothing else may be left.
    }

    @Test
    void aNameWhosePodWasHalfMadeIsFreeOrItsPodIsListed() throws InterruptedException {
        PodPlan plan = NODE.pod("contested");
        Thread worker =
                untilKilled("running-and-removing", () -> plan.run().stop().remove());
        killAfter(Duration.ofMillis(300), worker);
        try {
            plan.run();
        } catch (StatusRuntimeException taken) {
            assertThat(NODE.client()
                            .runtime()
                            .listPodSandbox(io.berth.proto.cri.v1.ListPodSandboxRequest.getDefaultInstance())
                            .getItemsList())
                    .anyMatch(pod -> pod.getMetadata().getName().equals("contested"));
        }
    }

    @Test
    void aPullInTheMiddleLeavesNothingAndCanBeDoneAgain() throws InterruptedException {
        byte[] noise = new byte[30 << 20];
        new Random(5).nextBytes(noise);
        TestImage image = Busybox.image()
                .layer(Layer.of(tar -> tar.file("noise", noise, 0644)))
                .layer(Layer.of(tar -> tar.file("end", "x")))
                .build();
        NODE.registry().client().push("interrupted/image", "1", image);
        String reference = NODE.reference("interrupted/image:1");
        for (int milliseconds : new int[] {20, 60, 150, 300}) {
            Thread worker = untilKilled("pulling", () -> {
                NODE.pull(reference);
                NODE.removeImage(reference);
            });
            killAfter(Duration.ofMillis(milliseconds), worker);
        }
        NODE.removeImage(reference);
        Waiting.until("the half pulls to be collected", () -> NODE.leftovers().isEmpty());
        assertThat(NODE.pull(reference)).isEqualTo(image.id());
        assertThat(NODE.pod("after")
                        .run()
                        .container("main", reference)
                        .command("wc", "-c", "/noise")
                        .start()
                        .output())
                .startsWith(Integer.toString(noise.length));
    }
}

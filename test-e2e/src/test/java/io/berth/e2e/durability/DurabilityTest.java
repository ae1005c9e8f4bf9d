package io.berth.e2e.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Sandbox;
import io.berth.e2e.process.Places;
import io.berth.e2e.registry.RegistryProcess;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Short series; {@code test-e2e/durability} runs long ones. */
@ExtendWith(Sandbox.class)
class DurabilityTest {
    private static final int CUTS = Integer.getInteger("berth.e2e.cuts", 15);
    private static final int KILLS = Integer.getInteger("berth.e2e.kills", 15);
    private static final long SEED = Long.getLong("berth.e2e.seed", 20);

    private static @Nullable RegistryProcess registry;
    private static @Nullable Images images;

    @BeforeAll
    static void pushImages() {
        Path directory = Places.work().resolve("durability");
        registry = RegistryProcess.start(directory);
        images = Images.push(registry, directory);
    }

    @AfterAll
    static void endTheRegistry() {
        if (registry != null) {
            registry.close();
        }
    }

    private static Images images() {
        if (images == null) {
            throw new IllegalStateException("no images were pushed");
        }
        return images;
    }

    @Test
    void powerCutsCostNoListedImageAByteAndLeaveNothing() {
        Figures figures = PowerCuts.run(images(), CUTS, SEED, System.out::println);
        System.out.println(figures);
        assertThat(figures.wrong()).isEmpty();
        assertThat(figures.number()).isEqualTo(CUTS);
        assertThat(figures.images()).as("images that were there after a cut").isPositive();
        assertThat(figures.lostBlocks()).as("blocks lost").isPositive();
    }

    @Test
    void killsCostNoListedImageAByteAndLeaveNothing() {
        Figures figures = Kills.run(images(), KILLS, SEED, System.out::println);
        System.out.println(figures);
        assertThat(figures.wrong()).isEmpty();
        assertThat(figures.number()).isEqualTo(KILLS);
        assertThat(figures.images()).as("images that were there after a kill").isPositive();
    }
}

package io.berth.e2e.durability;

import io.berth.e2e.process.Places;
import io.berth.e2e.registry.RegistryProcess;
import java.nio.file.Path;

/** The series in full, for {@code test-e2e/durability}. Arguments: power cuts, kills, seed. */
public final class DurabilitySeries {
    private DurabilitySeries() {}

    public static void main(String[] arguments) {
        int cuts = Integer.parseInt(arguments[0]);
        int kills = Integer.parseInt(arguments[1]);
        long seed = Long.parseLong(arguments[2]);
        Path directory = Places.work().resolve("durability");
        int wrong = 0;
        try (RegistryProcess registry = RegistryProcess.start(directory)) {
            Images images = Images.push(registry, directory);
            if (cuts > 0) {
                wrong += report(PowerCuts.run(images, cuts, seed, System.out::println));
            }
            if (kills > 0) {
                wrong += report(Kills.run(images, kills, seed, System.out::println));
            }
        }
        Places.deleteTree(directory);
        System.exit(wrong == 0 ? 0 : 1);
    }

    private static int report(Figures figures) {
        System.out.println(figures);
        figures.wrong().forEach(System.out::println);
        return figures.wrong().size();
    }
}

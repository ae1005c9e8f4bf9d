package io.berth.e2e.bench;

import io.berth.e2e.image.Compression;
import io.berth.e2e.image.LargeImage;
import io.berth.e2e.image.LayerFile;
import io.berth.e2e.image.RealisticFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The image that pulls are measured with: six layers, about a gigabyte of files, packed with gzip and with zstd. */
public final class BenchmarkImage {
    private static final List<Long> LAYER_MEGABYTES = List.of(80L, 290L, 170L, 230L, 150L, 90L);
    private static final List<Long> WARM_UP_MEGABYTES = List.of(25L, 25L, 25L);
    private static final List<Compression> COMPRESSIONS = List.of(Compression.GZIP, Compression.ZSTD);
    private static final int THREADS = 2;

    private BenchmarkImage() {}

    /** Makes the layers, which takes half a minute. */
    static Map<Compression, LargeImage> make(Path directory) {
        return make(directory, "large", LAYER_MEGABYTES);
    }

    /** A small one of the same kind, none of whose layers is the large one's. */
    static Map<Compression, LargeImage> makeSmall(Path directory) {
        return make(directory, "small", WARM_UP_MEGABYTES);
    }

    /** One of layers of these sizes, unpacked, whose content the name decides. */
    public static Map<Compression, LargeImage> make(Path directory, String name, List<Long> megabytes) {
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            List<CompletableFuture<List<LayerFile>>> made = new ArrayList<>();
            for (int i = 0; i < megabytes.size(); i++) {
                int number = i;
                made.add(CompletableFuture.supplyAsync(
                        () -> layer(directory, name + number, megabytes.get(number)), executor));
            }
            Map<Compression, LargeImage> images = new EnumMap<>(Compression.class);
            for (int i = 0; i < COMPRESSIONS.size(); i++) {
                int which = i;
                images.put(
                        COMPRESSIONS.get(i),
                        LargeImage.of(made.stream()
                                .map(layers -> layers.join().get(which))
                                .toList()));
            }
            return images;
        } finally {
            executor.shutdown();
        }
    }

    private static List<LayerFile> layer(Path directory, String name, long megabytes) {
        return LayerFile.write(
                directory,
                name,
                COMPRESSIONS,
                tar -> new RealisticFiles(name.hashCode()).writeTo(tar, name, megabytes * 1_000_000));
    }
}

package io.berth.imagefs.unpack;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.content.ContentDescriptor;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.testing.TestLimits;
import io.berth.kernel.Descriptor;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes files of any bytes that are taken for a layer's tar, as root: whatever it is, nothing changes outside of the
 * layer's directory, and what was made can be counted and deleted again.
 */
public final class LayerFuzz {
    private static final SystemCalls CALLS = SystemCalls.real();
    private static final Path WORK = work();
    private static final String CANARY = "canary";

    private LayerFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        ContentDescriptor layer = new ContentDescriptor("", Digest.of(data), data.length, null, "");
        try (Descriptor work = CALLS.openat2(null, WORK.toString(), OpenHow.directory())) {
            CALLS.mkdirat(work, "layer", 0755);
            try (Descriptor directory = CALLS.openat2(work, "layer", OpenHow.directory())) {
                new LayerUnpacker(CALLS, TestLimits.QUICK, _ -> {})
                        .unpack(new ByteArrayInputStream(data), layer, layer.digest(), directory, () -> false);
            } catch (ImageException e) {
                if (e.kind() == ImageException.Kind.STORAGE && !isOfFileSystem(e)) {
                    throw new IllegalStateException("an image's fault is said to be the store's", e);
                }
            } finally {
                try (Descriptor directory = CALLS.openat2(work, "layer", OpenHow.directory())) {
                    new TreeUsage(CALLS).of(directory);
                }
                new TreeRemover(CALLS, work).remove("layer");
            }
        }
        String left = content();
        if (!left.equals(CANARY)) {
            throw new IllegalStateException("outside of the layer there is now: " + left);
        }
    }

    /** What a file system, and not an image, is to blame for. */
    private static boolean isOfFileSystem(ImageException e) {
        String message = String.valueOf(e.getMessage());
        return Stream.of("EOPNOTSUPP", "ENOSPC", "EPERM", "E2BIG").anyMatch(message::contains);
    }

    private static String content() {
        try (Stream<Path> entries = Files.list(WORK)) {
            Path canary = WORK.resolve(CANARY);
            if (!Files.isRegularFile(canary, LinkOption.NOFOLLOW_LINKS)
                    || !Files.readString(canary).equals(CANARY)) {
                return "another canary";
            }
            return entries.map(entry -> entry.getFileName().toString()).sorted().collect(Collectors.joining(", "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path work() {
        try {
            Path directory = Files.createTempDirectory("berth-layer-fuzz");
            Files.writeString(directory.resolve(CANARY), CANARY);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory), "fuzz-clean-up"));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try {
            Files.deleteIfExists(directory.resolve(CANARY));
            Files.deleteIfExists(directory);
        } catch (IOException _) {
            // a finding left something there: it is worth a look
        }
    }
}

package io.berth.e2e.image;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A layer in a file, for those that are too large for memory.
 *
 * @param file the packed archive
 * @param size its bytes
 * @param digest of the packed archive
 * @param diffId of the archive before it was packed
 */
public record LayerFile(Path file, long size, String digest, String diffId, Compression compression) {
    private static final int BUFFER = 1 << 18;

    /** Packs what the consumer writes in several ways at once, each into a file in the directory. */
    public static List<LayerFile> write(
            Path directory, String name, List<Compression> compressions, Consumer<TarWriter> content) {
        MessageDigest archiveDigest = Digests.sha256();
        List<MessageDigest> digests = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        try (Fan fan = new Fan()) {
            for (Compression compression : compressions) {
                Path file = directory.resolve(name + "." + compression);
                MessageDigest digest = Digests.sha256();
                fan.to(compression.wrap(
                        new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(file), BUFFER), digest)));
                files.add(file);
                digests.add(digest);
            }
            TarWriter writer =
                    new TarWriter(new BufferedOutputStream(new DigestOutputStream(fan, archiveDigest), BUFFER));
            content.accept(writer);
            writer.finish();
            writer.flush();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        String diffId = Digests.text(archiveDigest.digest());
        List<LayerFile> layers = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            Path file = files.get(i);
            layers.add(new LayerFile(
                    file, file.toFile().length(), Digests.text(digests.get(i).digest()), diffId, compressions.get(i)));
        }
        return layers;
    }

    /** Writes the same bytes to several streams. */
    private static final class Fan extends FilterOutputStream {
        private final List<OutputStream> targets = new ArrayList<>();

        Fan() {
            super(OutputStream.nullOutputStream());
        }

        void to(OutputStream target) {
            targets.add(target);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (OutputStream target : targets) {
                target.write(bytes, offset, length);
            }
        }

        @Override
        public void close() throws IOException {
            for (OutputStream target : targets) {
                target.close();
            }
        }
    }
}

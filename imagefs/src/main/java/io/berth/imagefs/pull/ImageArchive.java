package io.berth.imagefs.pull;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.PullLimits;
import io.berth.imagefs.content.ContentDescriptor;
import io.berth.imagefs.content.ImageIndex;
import io.berth.imagefs.content.ImageSource;
import io.berth.imagefs.content.ManifestParser;
import io.berth.imagefs.content.MediaTypes;
import io.berth.imagefs.tar.TarEntry;
import io.berth.imagefs.tar.TarLimits;
import io.berth.imagefs.tar.TarReader;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An OCI image layout in a tar file (OCI image specification, image-layout.md). The tar is read over once to find where
 * its files lie. Any thread.
 */
public final class ImageArchive implements ImageSource {
    private static final int MOST_FILES = 10_000;

    private final Path file;
    private final FileChannel channel;
    private final int largestManifest;
    private final Map<String, Place> places = new HashMap<>();

    private record Place(long offset, long size) {}

    private ImageArchive(Path file, FileChannel channel, int largestManifest) {
        this.file = file;
        this.channel = channel;
        this.largestManifest = largestManifest;
    }

    /** Opens and looks over. */
    public static ImageArchive open(Path file, int largestManifest) {
        try {
            FileChannel channel = FileChannel.open(file);
            ImageArchive archive = new ImageArchive(file, channel, largestManifest);
            try {
                archive.lookOver();
                return archive;
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new ImageException(
                    ImageException.Kind.INVALID_CONTENT, "image archive " + file + ": " + e.getMessage(), e);
        }
    }

    /** What {@code index.json} lists. */
    public List<ContentDescriptor> entries() {
        byte[] index = read("index.json");
        return switch (new ManifestParser(1, PullLimits.DEFAULT.jsonDepth()).parse(index, MediaTypes.OCI_INDEX)) {
            case ImageIndex listed -> listed.manifests();
            case io.berth.imagefs.content.ImageManifest _ -> throw invalid("its index.json is no index", null);
        };
    }

    @Override
    public FetchedManifest manifest(String digest) {
        return new FetchedManifest(read(blobPath(digest)), "");
    }

    @Override
    public InputStream blob(ContentDescriptor descriptor) {
        return stream(blobPath(descriptor.digest().toString()));
    }

    private void lookOver() throws IOException {
        TarReader reader = new TarReader(whole(), TarLimits.OF_LINUX);
        for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            if (entry.type() == TarEntry.Type.FILE && entry.pieces() == null) {
                String path = entry.path().startsWith("./") ? entry.path().substring(2) : entry.path();
                places.put(path, new Place(reader.position(), entry.size()));
                if (places.size() > MOST_FILES) {
                    throw new ImageException(
                            ImageException.Kind.LIMIT_EXCEEDED,
                            "image archive " + file + " holds more than " + MOST_FILES + " files");
                }
            }
        }
    }

    private byte[] read(String path) {
        try (InputStream in = stream(path)) {
            byte[] content = in.readNBytes(largestManifest + 1);
            if (content.length > largestManifest) {
                throw new ImageException(
                        ImageException.Kind.LIMIT_EXCEEDED,
                        "image archive " + file + ": " + path + " is larger than " + largestManifest + " bytes");
            }
            return content;
        } catch (IOException e) {
            throw invalid(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private InputStream stream(String path) {
        Place place = places.get(path);
        if (place == null) {
            throw new ImageException(ImageException.Kind.NOT_FOUND, "image archive " + file + " has no " + path);
        }
        return new Slice(place);
    }

    private InputStream whole() throws IOException {
        channel.position(0);
        return new FilterInputStream(new BufferedInputStream(Channels.newInputStream(channel))) {
            @Override
            public void close() {
                // the channel is the archive's
            }
        };
    }

    private static String blobPath(String digest) {
        return "blobs/" + digest.replace(':', '/');
    }

    private ImageException invalid(String problem, @org.jspecify.annotations.Nullable Throwable cause) {
        return new ImageException(ImageException.Kind.INVALID_CONTENT, "image archive " + file + ": " + problem, cause);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // it was only read
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }

    /** One file of the archive, read without moving the channel's own position. */
    private final class Slice extends InputStream {
        private long at;
        private final long end;

        Slice(Place place) {
            this.at = place.offset();
            this.end = place.offset() + place.size();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (at >= end) {
                return -1;
            }
            int wanted = (int) Math.min(length, end - at);
            int n = channel.read(java.nio.ByteBuffer.wrap(target, offset, wanted), at);
            if (n > 0) {
                at += n;
            }
            return n;
        }
    }
}

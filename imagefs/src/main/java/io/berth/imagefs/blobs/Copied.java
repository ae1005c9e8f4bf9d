package io.berth.imagefs.blobs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stream of which a copy goes into a file. A copy that fails is given up, and the stream goes on. For one thread. */
final class Copied extends InputStream {
    private static final Logger LOG = LoggerFactory.getLogger(Copied.class);

    private final InputStream stream;
    private final Path file;
    private @Nullable OutputStream copy;

    Copied(InputStream stream, Path file) throws IOException {
        this.stream = stream;
        this.file = file;
        this.copy = Files.newOutputStream(file);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = stream.read(bytes, offset, length);
        OutputStream out = copy;
        if (n > 0 && out != null) {
            try {
                out.write(bytes, offset, n);
            } catch (IOException e) {
                LOG.warn("writing {}: {}", file, e.toString());
                closeCopy();
            }
        }
        return n;
    }

    private void closeCopy() {
        OutputStream out = copy;
        copy = null;
        try {
            if (out != null) {
                out.close();
            }
        } catch (IOException e) {
            LOG.warn("closing {}: {}", file, e.toString());
        }
    }

    @Override
    public void close() throws IOException {
        closeCopy();
        stream.close();
    }
}

package io.berth.imagefs.content;

import io.berth.imagefs.ImageException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * Passes a blob on and holds it against its descriptor: not one byte more than its size, and at the end the right
 * digest. The end must be reached ({@link #drain}) for the verdict to be given. For one thread.
 */
public final class VerifyingInputStream extends FilterInputStream {
    private final ContentDescriptor descriptor;
    private final MessageDigest hash;
    private long count;
    private boolean verified;

    public VerifyingInputStream(InputStream in, ContentDescriptor descriptor) {
        super(in);
        this.descriptor = descriptor;
        this.hash = descriptor.digest().newMessageDigest();
    }

    /** Bytes passed on so far. */
    public long count() {
        return count;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = in.read(buffer, offset, length);
        if (n < 0) {
            verify();
            return -1;
        }
        hash.update(buffer, offset, n);
        count += n;
        if (count > descriptor.size()) {
            throw new ImageException(
                    ImageException.Kind.CORRUPT_CONTENT,
                    "blob " + descriptor.digest() + " is longer than the " + descriptor.size()
                            + " bytes that the manifest says");
        }
        return n;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** Reads what is left and gives the verdict. */
    public void drain(byte[] scratch) throws IOException {
        while (read(scratch, 0, scratch.length) >= 0) {
            // the reading verifies
        }
    }

    private void verify() {
        if (verified) {
            return;
        }
        if (count != descriptor.size()) {
            throw new ImageException(
                    ImageException.Kind.CORRUPT_CONTENT,
                    "blob " + descriptor.digest() + " ended after " + count + " of " + descriptor.size() + " bytes");
        }
        Digest actual = Digest.of(descriptor.digest().algorithm(), hash.digest());
        if (!actual.equals(descriptor.digest())) {
            throw new ImageException(
                    ImageException.Kind.CORRUPT_CONTENT,
                    "blob " + descriptor.digest() + " is not what it should be: its digest is " + actual);
        }
        verified = true;
    }
}

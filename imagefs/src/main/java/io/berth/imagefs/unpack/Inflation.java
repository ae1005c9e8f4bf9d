package io.berth.imagefs.unpack;

import io.berth.imagefs.content.Hashes;
import io.berth.kernel.codec.Igzip;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** What undoes deflate: libisal where it is installed and the blob large enough to be worth it, else the JDK's zlib. */
sealed interface Inflation extends AutoCloseable {
    int GZIP_TRAILER = 8;

    /** Chooses for a blob of so many bytes. The thread that asks is the one to use it. */
    static Inflation forSize(long size) {
        return size < Hashes.LARGE
                ? new OfJdk(new Inflater(true))
                : Igzip.create().<Inflation>map(OfLibisal::new).orElseGet(() -> new OfJdk(new Inflater(true)));
    }

    /** Begins the body of a gzip member. */
    void begin();

    /** Inflates what there is and what there is room for; moves both positions. */
    void inflate(ByteBuffer source, ByteBuffer target) throws DataFormatException;

    /** Whether the member's body has ended. */
    boolean isFinished();

    /** Bytes of the member's trailer that are left to be skipped then. */
    int trailer();

    @Override
    void close();

    /** By libisal, which reads and checks the trailer too. */
    record OfLibisal(Igzip igzip) implements Inflation {
        @Override
        public void begin() {
            igzip.begin();
        }

        @Override
        public void inflate(ByteBuffer source, ByteBuffer target) throws DataFormatException {
            igzip.inflate(source, target);
        }

        @Override
        public boolean isFinished() {
            return igzip.isFinished();
        }

        @Override
        public int trailer() {
            return 0;
        }

        @Override
        public void close() {
            igzip.close();
        }
    }

    /** By zlib, which does not know of gzip's trailer here. */
    record OfJdk(Inflater inflater) implements Inflation {
        @Override
        public void begin() {
            inflater.reset();
        }

        @Override
        public void inflate(ByteBuffer source, ByteBuffer target) throws DataFormatException {
            inflater.setInput(source);
            inflater.inflate(target);
            if (inflater.needsDictionary()) {
                throw new DataFormatException("it wants a dictionary");
            }
        }

        @Override
        public boolean isFinished() {
            return inflater.finished();
        }

        @Override
        public int trailer() {
            return GZIP_TRAILER;
        }

        @Override
        public void close() {
            inflater.end();
        }
    }
}

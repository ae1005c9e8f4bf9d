package io.berth.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's unit of memory, in which the kernel counts resident sets: 4096 on x86-64, up to 65536 on arm64. */
public final class PageSize {
    private static final Logger LOGGER = LoggerFactory.getLogger(PageSize.class);

    /** {@code AT_PAGESZ} of {@code linux/auxvec.h}. */
    private static final long AUXILIARY_PAGE_SIZE = 6;

    private static final long USUAL = 4096;

    private PageSize() {}

    private static final class Known {
        static final long BYTES = read();
    }

    /** As the kernel told this process when it began; read once. */
    public static long bytes() {
        return Known.BYTES;
    }

    private static long read() {
        try {
            ByteBuffer vector = ByteBuffer.wrap(Files.readAllBytes(Path.of("/proc/self/auxv")))
                    .order(ByteOrder.nativeOrder());
            while (vector.remaining() >= 2 * Long.BYTES) {
                long key = vector.getLong();
                long value = vector.getLong();
                if (key == AUXILIARY_PAGE_SIZE && Long.bitCount(value) == 1) {
                    return value;
                }
            }
        } catch (IOException failure) {
            LOGGER.warn("The page size is not known, {} is taken: {}", USUAL, failure.getMessage());
        }
        return USUAL;
    }
}

package io.berth.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFilesTest {
    @TempDir
    private Path directory;

    @Test
    void librariesAreGivenBackAndTheProcessGoesOn() {
        assertThat(MappedFiles.release())
                .as("at least the virtual machine's own code")
                .isGreaterThan(1 << 20);
        MappedFiles.release();
        assertThat(Runtime.version().feature()).isGreaterThanOrEqualTo(25);
    }

    @Test
    void whatIsGivenBackIsNoLongerResident() {
        long before = MappedFiles.resident();
        long released = MappedFiles.release();
        assertThat(MappedFiles.resident())
                .as("%d bytes, of which %d were given back and some came back", before, released)
                .isLessThan(before - released / 2);
    }

    @Test
    void whatTheProcessWroteIntoAMappingStays() throws IOException {
        byte[] content = new byte[64 << 10];
        Arrays.fill(content, (byte) 1);
        Path file = Files.write(directory.resolve("file"), content);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.PRIVATE, 0, content.length);
            mapped.put(5, (byte) 2);
            MappedFiles.release();
            assertThat(mapped.get(5)).isEqualTo((byte) 2);
            assertThat(mapped.get(6)).isEqualTo((byte) 1);
        }
    }
}

package io.berth.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MappedFilesTest {
    private static final int PAGE = (int) PageSize.bytes();
    private static final int PAGES = (4 << 20) / PAGE;
    private static final long SIZE = (long) PAGES * PAGE;
    private static final int O_RDONLY = 0;
    private static final int PROT_READ = 1;
    private static final int MAP_PRIVATE = 2;

    /** Of pages that are written to, every so many; what is read in between is a page's neighbours. */
    private static final int EACH = 16;

    private Path file;
    private FileChannel channel;

    @BeforeEach
    void makeFile() throws IOException {
        file = Files.createTempFile(Path.of("target").toAbsolutePath(), "mapped", null);
        channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        channel.write(ByteBuffer.wrap(new byte[(int) SIZE]));
        channel.force(true); // what waits to be written is not taken out of memory
    }

    @AfterEach
    void deleteFile() throws IOException {
        channel.close();
        Files.delete(file);
    }

    @Test
    void librariesAreGivenBackAndTheProcessGoesOn() {
        assertThat(MappedFiles.release())
                .as("at least the virtual machine's own code")
                .isGreaterThan(1 << 20);
        MappedFiles.release();
        assertThat(Runtime.version().feature()).isGreaterThanOrEqualTo(25);
    }

    @Test
    void whatTheProcessWroteIntoAMappingStays() throws IOException {
        MappedByteBuffer mapped = channel.map(MapMode.PRIVATE, 0, SIZE);
        mapped.put(5, (byte) 2);
        MappedFiles.release();
        assertThat(mapped.get(5)).isEqualTo((byte) 2);
        assertThat(mapped.get(6)).isZero();
    }

    @Test
    void whatCanOnlyBeReadIsGivenBack() throws Throwable {
        MemorySegment mapped = mapped();
        read(mapped);
        assertThat(size("Rss:")).isEqualTo(SIZE);
        assertThat(MappedFiles.release()).isGreaterThanOrEqualTo(SIZE);
        assertThat(size("Rss:")).isZero();
        read(mapped);
    }

    @Test
    void whatIsReadIsResident() throws IOException {
        MappedByteBuffer mapped = channel.map(MapMode.READ_ONLY, 0, SIZE);
        long before = MappedFiles.resident();
        expectWritten(mapped, false);
        assertThat(MappedFiles.resident()).isGreaterThanOrEqualTo(before + SIZE);
    }

    @Test
    void whatWasOnlyReadInAWritableMappingGoesAndWhatWasWrittenStays() throws IOException {
        assumeThat(Files.getFileStore(file).type())
                .as("a file on a disk: one in memory has nowhere to go")
                .isNotEqualTo("tmpfs");
        MappedByteBuffer mapped = channel.map(MapMode.PRIVATE, 0, SIZE);
        for (int page = 0; page < PAGES; page += EACH) {
            mapped.put(page * PAGE, (byte) 1);
        }
        expectWritten(mapped, true);
        assertThat(size("Rss:")).isEqualTo(SIZE);

        MappedFiles.release();

        assertThat(size("Rss:"))
                .as("the pages that were written to")
                .isEqualTo(size("Anonymous:"))
                .isEqualTo(SIZE / EACH);
        expectWritten(mapped, true);
    }

    /** The file as the system's loader maps a library's constants, which Java has no call for. */
    private MemorySegment mapped() throws Throwable {
        MethodHandle open = function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        MethodHandle map = function(
                "mmap", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) open.invokeExact(arena.allocateFrom(file.toString()), O_RDONLY);
            MemorySegment address =
                    (MemorySegment) map.invokeExact(MemorySegment.NULL, SIZE, PROT_READ, MAP_PRIVATE, descriptor, 0L);
            MethodHandle close = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
            assertThat((int) close.invokeExact(descriptor)).isZero();
            return address.reinterpret(SIZE);
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    private static void read(MemorySegment mapped) {
        for (int page = 0; page < PAGES; page++) {
            assertThat(mapped.get(JAVA_BYTE, (long) page * PAGE)).isZero();
        }
    }

    private static void expectWritten(MappedByteBuffer mapped, boolean written) {
        for (int page = 0; page < PAGES; page++) {
            assertThat(mapped.get(page * PAGE)).isEqualTo((byte) (written && page % EACH == 0 ? 1 : 0));
        }
    }

    /** Bytes of a size in the entry of the mapped file in smaps. */
    private long size(String name) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
        int line = 0;
        while (!lines.get(line).endsWith(file.toString())) {
            line++;
        }
        while (!lines.get(line).startsWith(name)) {
            line++;
        }
        return Long.parseLong(lines.get(line).replaceAll("[^0-9]", "")) << 10;
    }
}

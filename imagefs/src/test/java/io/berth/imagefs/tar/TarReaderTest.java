package io.berth.imagefs.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.berth.imagefs.testing.TarBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarReaderTest {
    private static final long LARGEST = 1L << 30;
    private static final TarLimits LIMITS = new TarLimits(LARGEST, 4096, 1000);

    @TempDir
    private Path directory;

    private static List<TarEntry> entries(byte[] tar) throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(tar), LIMITS);
        List<TarEntry> entries = new ArrayList<>();
        for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            entries.add(entry);
        }
        return entries;
    }

    private static byte[] content(byte[] tar) throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(tar), LIMITS);
        TarEntry entry = java.util.Objects.requireNonNull(reader.next());
        byte[] content = new byte[(int) entry.size()];
        reader.read((position, bytes) -> bytes.get(content, (int) position, bytes.remaining()));
        assertThat(reader.next()).isNull();
        return content;
    }

    @Test
    void entriesAreReadWithTheirMetadata() throws IOException {
        TarEntry entry = entries(new TarBuilder()
                        .file("p/q", "content", e -> {
                            e.setMode(04711);
                            e.setUserId(3_000_000_000L);
                            e.addPaxHeader("mtime", "-1.25");
                            e.addPaxHeader("SCHILY.xattr.user.a=b", "v");
                        })
                        .build())
                .getFirst();
        assertThat(entry.path()).isEqualTo("p/q");
        assertThat(entry.permissions()).isEqualTo(04711);
        assertThat(Integer.toUnsignedLong(entry.uid())).isEqualTo(3_000_000_000L);
        assertThat(entry.size()).isEqualTo(7);
        assertThat(entry.modificationSeconds()).isEqualTo(-2);
        assertThat(entry.modificationNanoseconds()).isEqualTo(750_000_000);
    }

    @Test
    void largeContentCrossesTheBuffer() throws IOException {
        byte[] large = new byte[1_000_003];
        new Random(1).nextBytes(large);
        assertThat(content(new TarBuilder().file("a", large, e -> {}).build())).isEqualTo(large);
    }

    @Test
    void contentThatNobodyReadsIsSkipped() throws IOException {
        assertThat(entries(new TarBuilder()
                        .file("a", new byte[700_000], e -> {})
                        .file("b", "x")
                        .build()))
                .extracting(TarEntry::path)
                .containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"gnu", "posix --sparse-version=0.0", "posix --sparse-version=0.1", "posix --sparse-version=1.0"})
    void sparseFilesOfGnuTarAreRead(String format) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/bin/tar")), "GNU tar is needed");
        Path file = directory.resolve("sparse");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            for (int i = 0; i < 40; i++) {
                channel.write(ByteBuffer.wrap(("piece " + i).getBytes(StandardCharsets.US_ASCII)), i * 100_000L);
            }
            channel.write(ByteBuffer.wrap(new byte[] {1}), 5_000_000);
        }
        List<String> command = new ArrayList<>(List.of("/bin/tar", "--sparse", "-cf", "out.tar"));
        command.addAll(Arrays.asList(("--format=" + format).split(" ", -1)));
        command.add("sparse");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        byte[] tar = Files.readAllBytes(directory.resolve("out.tar"));
        assertThat(tar).hasSizeLessThan(1_000_000);
        assertThat(entries(tar)).singleElement().satisfies(entry -> {
            assertThat(entry.path()).isEqualTo("sparse");
            assertThat(entry.pieces()).isNotNull();
        });
        assertThat(content(tar)).isEqualTo(Files.readAllBytes(file));
    }

    @Test
    void longNamesOfGnuTarAreRead() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/bin/tar")), "GNU tar is needed");
        String name = "n".repeat(150);
        Files.writeString(directory.resolve(name), "x");
        Process process = new ProcessBuilder("/bin/tar", "--format=gnu", "-cf", "out.tar", name)
                .directory(directory.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(entries(Files.readAllBytes(directory.resolve("out.tar"))))
                .extracting(TarEntry::path)
                .containsExactly(name);
    }

    @Test
    void namesThatAreNoUtf8AreKept() throws IOException {
        byte[] tar = new TarBuilder().file("name-x", "").build();
        tar[5] = (byte) 0xff;
        fixChecksum(tar);
        assertThat(io.berth.kernel.FileNames.encode(entries(tar).getFirst().path()))
                .endsWith((byte) 0xff);
    }

    @Test
    void aStreamWithoutItsEndBlocksIsComplete() throws IOException {
        byte[] tar = new TarBuilder().file("a", "x").build();
        assertThat(entries(Arrays.copyOf(tar, 1024))).hasSize(1);
        assertThat(entries(new byte[0])).isEmpty();
        assertThat(entries(new byte[1024])).isEmpty();
    }

    @Test
    void brokenHeadersAreRefused() {
        byte[] tar = new TarBuilder().file("a", "x").build();
        refused(Arrays.copyOf(tar, 700), "middle of a file");
        refused(Arrays.copyOf(tar, 100), "middle of a block");
        byte[] wrongSum = tar.clone();
        wrongSum[0] ^= 1;
        refused(wrongSum, "checksum");
        refused(withField(tar, 124, "9".repeat(11)), "octal");
        refused(withType(tar, 'Z'), "unknown tar type");
        byte[] negative = tar.clone();
        Arrays.fill(negative, 124, 136, (byte) 0xff);
        fixChecksum(negative);
        refused(negative, "negative");
        byte[] huge = tar.clone();
        Arrays.fill(huge, 124, 136, (byte) 0);
        huge[124] = (byte) 0x80;
        huge[128] = 0x7f;
        fixChecksum(huge);
        refused(huge, "larger than");
    }

    @Test
    void liesInExtendedHeadersAreRefused() {
        refused(pax("5 a=\n99 b=c\n"), "wrong length");
        refused(pax("x a=b\n"), "no proper length");
        refused(pax("99999999999999999999 a=b\n"), "length");
        refused(pax("6 =ab\n"), "no key");
        refused(pax(record("size", "-5")), "negative");
        refused(pax(record("size", "1e9")), "not a number");
        refused(pax(record("uid", "-1")), "owner");
        refused(pax(record("path", "a\0b")), "NUL");
        refused(pax(record("mtime", "x")), "not a number");
        refused(pax(record("GNU.sparse.map", "10,5,0,5") + record("GNU.sparse.size", "100")), "backwards");
        refused(pax(record("GNU.sparse.map", "0,5") + record("GNU.sparse.size", "100")), "does not fit");
        refused(pax(record("GNU.sparse.map", "0,1") + record("GNU.sparse.size", "9999999999999")), "larger than");
        refused(pax(record("GNU.sparse.map", "0,9223372036854775807,9,9")), "goes backwards");
    }

    @Test
    void anExtendedHeaderWithoutEndIsRefused() {
        byte[] tar =
                withType(new TarBuilder().file("a", new byte[2 << 20], e -> {}).build(), 'x');
        refused(tar, "longer than");
        refused(withType(tar, 'L'), "longer than");
    }

    @Test
    void whatLinuxCannotHoldIsRefused() {
        refused(pax(record("path", "d/".repeat(3000))), "path or link target of more than 4096 bytes");
        refused(pax(record("linkpath", "d/".repeat(3000))), "path or link target");
        refused(pax(record("SCHILY.xattr.user.big", "x".repeat(1001))), "user.big of 1001 bytes; at most 1000");
    }

    private static void refused(byte[] tar, String message) {
        assertThatThrownBy(() -> entries(tar)).isInstanceOf(IOException.class).hasMessageContaining(message);
    }

    private static String record(String key, String value) {
        int length = key.length() + value.length() + 3;
        int digits =
                Integer.toString(length + Integer.toString(length).length()).length();
        return (length + digits) + " " + key + "=" + value + "\n";
    }

    /** An extended header and a file of one byte after it. */
    private static byte[] pax(String records) {
        byte[] header = withType(new TarBuilder().file("pax", records).build(), 'x');
        byte[] file = new TarBuilder().file("f", "x").build();
        int headerLength = 512 + (records.length() + 511) / 512 * 512;
        byte[] both = Arrays.copyOf(header, headerLength + file.length);
        System.arraycopy(file, 0, both, headerLength, file.length);
        return both;
    }

    private static byte[] withType(byte[] tar, char type) {
        byte[] changed = tar.clone();
        changed[156] = (byte) type;
        fixChecksum(changed);
        return changed;
    }

    private static byte[] withField(byte[] tar, int offset, String text) {
        byte[] changed = tar.clone();
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, changed, offset, bytes.length);
        fixChecksum(changed);
        return changed;
    }

    private static void fixChecksum(byte[] tar) {
        Arrays.fill(tar, 148, 156, (byte) ' ');
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += tar[i] & 0xff;
        }
        byte[] text = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, tar, 148, 8);
    }
}

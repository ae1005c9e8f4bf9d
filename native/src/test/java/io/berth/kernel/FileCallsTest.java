package io.berth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCallsTest {
    private final SystemCalls calls = SystemCalls.real();

    @TempDir
    Path root;

    private Descriptor directory;

    @BeforeEach
    void open() {
        directory = calls.openat2(null, root.toString(), OpenHow.directory());
    }

    @AfterEach
    void close() {
        directory.close();
    }

    @Test
    void aFileIsWrittenAndLookedAt() throws Exception {
        try (Descriptor file = calls.openat2(directory, "a", OpenHow.creating(0640))) {
            calls.writeFully(file, ByteBuffer.wrap("hello".getBytes(StandardCharsets.UTF_8)));
            calls.fchmod(file, 0604);
            calls.futimens(file, 1, 2, 1_700_000_000L, 123_456_789);
            FileStatus status = calls.fstat(file);
            assertThat(status.isRegularFile()).isTrue();
            assertThat(status.permissions()).isEqualTo(0604);
            assertThat(status.size()).isEqualTo(5);
            assertThat(status.linkCount()).isEqualTo(1);
            assertThat(status.modificationSeconds()).isEqualTo(1_700_000_000L);
            assertThat(status.modificationNanoseconds()).isEqualTo(123_456_789);
            assertThat(status.inode()).isEqualTo(Files.getAttribute(root.resolve("a"), "unix:ino"));
        }
        assertThat(root.resolve("a")).hasContent("hello");
    }

    @Test
    void aDirectBufferIsReadAndWrittenInPlace() {
        try (Descriptor file =
                calls.openat2(directory, "a", new OpenHow(OpenHow.READ_WRITE | OpenHow.CREATE, 0600, 0))) {
            ByteBuffer source = ByteBuffer.allocateDirect(200_000);
            for (int index = 0; index < source.capacity(); index++) {
                source.put(index, (byte) (index * 31));
            }
            calls.writeFully(file, source);
            assertThat(source.hasRemaining()).isFalse();
            ByteBuffer target = ByteBuffer.allocateDirect(150_000);
            assertThat(calls.pread(file, target, 50_000)).isEqualTo(150_000);
            assertThat(target.flip()).isEqualTo(source.position(50_000));
        }
    }

    @Test
    void aSmallFileIsReadAsFarAsThereIsRoomAndWhatIsAbsentIsSaidWithoutAnException() throws Exception {
        Files.writeString(root.resolve("small"), "0123456789");
        ByteBuffer room = ByteBuffer.allocateDirect(64);
        assertThat(calls.readSmallFile(directory, "small", room)).isEqualTo(10);
        byte[] read = new byte[10];
        room.get(0, read);
        assertThat(new String(read, StandardCharsets.US_ASCII)).isEqualTo("0123456789");
        assertThat(room.position()).isEqualTo(10);
        assertThat(calls.readSmallFile(directory, "small", ByteBuffer.allocateDirect(4)))
                .isEqualTo(4);
        assertThat(calls.readSmallFile(directory, "absent", room)).isEqualTo(-1);
        assertThat(calls.readSmallFile(null, root.toString(), room)).isEqualTo(-1);
        assertThatThrownBy(() -> calls.readSmallFile(directory, "small", ByteBuffer.allocate(4)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void thePageSizeIsAPowerOfTwo() {
        assertThat(Long.bitCount(PageSize.bytes())).isEqualTo(1);
        assertThat(PageSize.bytes()).isBetween(4096L, 65_536L);
    }

    @Test
    void aHeapBufferLongerThanTheTransferBufferIsWrittenWhole() throws Exception {
        byte[] bytes = new byte[200_000];
        new Random(7).nextBytes(bytes);
        try (Descriptor file = calls.openat2(directory, "a", OpenHow.creating(0600))) {
            calls.writeFully(file, ByteBuffer.wrap(bytes));
        }
        assertThat(Files.readAllBytes(root.resolve("a"))).isEqualTo(bytes);
    }

    @Test
    void aWalkInTheRootDoesNotLeaveIt() throws Exception {
        Files.createSymbolicLink(root.resolve("out"), Path.of("/../../etc"));
        Files.createDirectory(root.resolve("etc"));
        Files.writeString(root.resolve("etc/passwd"), "mine");
        try (Descriptor file =
                calls.openat2(directory, "out/passwd", OpenHow.reading().inRoot())) {
            ByteBuffer text = ByteBuffer.allocate(100);
            assertThat(calls.read(file, text)).isEqualTo(4);
        }
        assertThatThrownBy(() ->
                        calls.openat2(directory, "out/passwd", OpenHow.reading().beneath()))
                .isInstanceOf(SystemCallException.class)
                .hasMessageContaining("EXDEV");
        Files.delete(root.resolve("out"));
    }

    @Test
    void linksAreMadeReadMovedAndRemoved() {
        calls.symlinkat("some/target", directory, "link");
        assertThat(calls.readlinkat(directory, "link")).isEqualTo("some/target");
        calls.linkat(directory, "link", directory, "hard", 0);
        assertThat(calls.fstatat(directory, "hard", AtFlags.SYMLINK_NO_FOLLOW).linkCount())
                .isEqualTo(2);
        calls.renameat2(directory, "hard", directory, "moved", AtFlags.RENAME_NO_REPLACE);
        assertThatThrownBy(() -> calls.renameat2(directory, "moved", directory, "link", AtFlags.RENAME_NO_REPLACE))
                .hasMessageContaining("EEXIST");
        calls.mkdirat(directory, "sub", 0700);
        assertThat(calls.readDirectory(directory))
                .extracting(DirectoryEntry::name)
                .containsExactlyInAnyOrder("link", "moved", "sub");
        calls.unlinkat(directory, "moved", 0);
        calls.unlinkat(directory, "sub", AtFlags.REMOVE_DIRECTORY);
        assertThat(calls.findStatus(directory, "sub", 0)).isNull();
    }

    @Test
    void aNameThatIsNoUtf8GoesThereAndBack() {
        byte[] raw = {'a', (byte) 0xFF, (byte) 0xC3, (byte) 0xA4, (byte) 0xC3, 'z'};
        String name = FileNames.decode(raw, 0, raw.length);
        calls.mkdirat(directory, name, 0700);
        List<DirectoryEntry> entries = calls.readDirectory(directory);
        assertThat(entries).extracting(DirectoryEntry::name).containsExactly(name);
        assertThat(entries.getFirst().isDirectory()).isTrue();
        assertThat(FileNames.encode(entries.getFirst().name())).isEqualTo(raw);
        calls.unlinkat(directory, name, AtFlags.REMOVE_DIRECTORY);
    }

    @Test
    void anErrorNamesTheCallThePathAndTheReason() {
        assertThatThrownBy(() -> calls.mkdirat(directory, "no/where", 0700))
                .isInstanceOfSatisfying(SystemCallException.class, failure -> {
                    assertThat(failure.operation()).isEqualTo("mkdirat");
                    assertThat(failure.subject()).isEqualTo(root + "/no/where");
                    assertThat(failure.errno()).isEqualTo(Errno.ENOENT);
                })
                .hasMessage("mkdirat " + root + "/no/where: ENOENT (no such file or directory)");
    }

    @Test
    void aNulOrAnEndlessNameNeverReachesTheKernel() {
        assertThatThrownBy(() -> calls.mkdirat(directory, "a\0b", 0700)).hasMessageContaining("EINVAL");
        assertThatThrownBy(() -> calls.mkdirat(directory, "ä\0b", 0700)).hasMessageContaining("EINVAL");
        assertThatThrownBy(() -> calls.mkdirat(directory, "a/".repeat(3000), 0700))
                .hasMessageContaining("ENAMETOOLONG");
        assertThatThrownBy(() -> calls.mkdirat(directory, "\u20ac".repeat(1400), 0700))
                .hasMessageContaining("ENAMETOOLONG");
    }

    @Test
    void aFileSystemTellsItsTypeAndRoom() {
        assertThat(calls.statfs("/proc").type()).isEqualTo(FileSystemStatus.PROC);
        FileSystemStatus status = calls.fstatfs(directory);
        assertThat(status.totalBytes()).isGreaterThan(status.availableBytes());
        assertThat(status.blockSize()).isPositive();
    }

    @Test
    void aClosedDescriptorIsRefusedAndClosedOnce() {
        Descriptor file = calls.memfdCreate("test", 0);
        int number = file.number();
        file.close();
        try (Descriptor other = calls.memfdCreate("other", 0)) {
            assertThat(other.number()).isEqualTo(number);
            file.close();
            assertThat(calls.fstat(other).size()).isZero();
        }
        assertThatThrownBy(() -> calls.fstat(file)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void extendedAttributesAreSetListedAndRemoved() throws Exception {
        Files.writeString(root.resolve("file"), "");
        byte[] value = {1, 0, 2};
        try {
            calls.lsetxattr(directory, "file", "user.berth", value);
        } catch (SystemCallException failure) {
            Assumptions.assumeFalse(
                    failure.errno() == Errno.EOPNOTSUPP, "no user attributes on a tmpfs of this kernel");
            throw failure;
        }
        assertThat(calls.lgetxattr(directory, "file", "user.berth")).isEqualTo(value);
        assertThat(calls.llistxattr(directory, "file")).contains("user.berth");
        calls.lremovexattr(directory, "file", "user.berth");
        assertThat(calls.lgetxattr(directory, "file", "user.berth")).isNull();
        assertThatThrownBy(() -> calls.lsetxattr(directory, "../file", "user.berth", value))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLockIsHeldByOneOpenFile() throws Exception {
        Files.writeString(root.resolve("lock"), "");
        OpenHow how = OpenHow.reading();
        try (Descriptor first = calls.openat2(directory, "lock", how);
                Descriptor second = calls.openat2(directory, "lock", how)) {
            assertThat(calls.flock(first, DataCalls.LOCK_EXCLUSIVE | DataCalls.LOCK_NO_WAIT))
                    .isTrue();
            assertThat(calls.flock(second, DataCalls.LOCK_EXCLUSIVE | DataCalls.LOCK_NO_WAIT))
                    .isFalse();
        }
    }

    @Test
    void holesAreFoundAndPassedOver() {
        OpenHow how = OpenHow.creating(0600);
        try (Descriptor file = calls.openat2(directory, "holes", how)) {
            calls.ftruncate(file, 8 << 20);
            calls.pwrite(file, ByteBuffer.wrap(new byte[] {1}), 4 << 20);
            long data = calls.seekData(file, 0);
            assertThat(data).isGreaterThan(0).isLessThanOrEqualTo(4 << 20);
            assertThat(calls.seekHole(file, data)).isGreaterThan(4 << 20).isLessThan(8 << 20);
            assertThat(calls.seekData(file, 6 << 20)).isEqualTo(-1);
            calls.seek(file, (8 << 20) - 1);
            assertThat(calls.write(file, ByteBuffer.wrap(new byte[] {2, 3}))).isEqualTo(2);
            assertThat(calls.fstat(file).size()).isEqualTo((8 << 20) + 1);
        }
    }

    @Test
    void virtualThreadsShareScratchMemory() throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new ArrayList<Callable<Boolean>>();
            for (int index = 0; index < 500; index++) {
                String name = "d" + index;
                tasks.add(() -> {
                    calls.mkdirat(directory, name, 0700);
                    return calls.fstatat(directory, name, 0).isDirectory();
                });
            }
            for (var future : executor.invokeAll(tasks)) {
                assertThat(future.get()).isTrue();
            }
        }
        assertThat(calls.readDirectory(directory)).hasSize(500);
    }
}

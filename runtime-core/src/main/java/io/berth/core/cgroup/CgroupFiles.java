package io.berth.core.cgroup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Small files of the kernel: read whole, written in one system call. */
public final class CgroupFiles {
    private CgroupFiles() {}

    /** The text of a file that must be there. */
    public static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException("reading " + file + ": " + reason(failure), failure);
        }
    }

    /** The text of a file; null when it is not there, or its cgroup is gone while it is read. */
    public static @Nullable String readOrNull(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException absentOrGone) {
            return null;
        }
    }

    static void write(Path file, String value) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(bytes);
        } catch (FileSystemException failure) {
            throw failure;
        } catch (IOException failure) {
            // The channel knows neither its file nor, apart from the text, its errno.
            FileSystemException named = new FileSystemException(file.toString(), null, failure.getMessage());
            named.initCause(failure);
            throw named;
        }
    }

    /** What the kernel said, without the path. */
    static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (failure instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return String.valueOf(failure.getMessage());
    }
}

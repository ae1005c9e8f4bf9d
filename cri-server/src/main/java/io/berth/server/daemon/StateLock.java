package io.berth.server.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds the state directory for one daemon. The kernel lets go of the lock when the process ends, however it ends; the
 * file stays, with the last holder's pid for messages.
 */
final class StateLock implements AutoCloseable {
    static final String FILE = "berthd.lock";
    private static final int LONGEST_PID = 32;

    private final FileChannel channel;

    private StateLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws StartupException naming the holder, when another daemon has it */
    static StateLock take(Path stateDirectory) {
        Path file = stateDirectory.resolve(FILE);
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            if (tryLock(channel) == null) {
                String holder = read(channel);
                channel.close();
                throw new StartupException("another berthd" + (holder.isEmpty() ? "" : ", process " + holder + ",")
                        + " uses " + stateDirectory
                        + ": stop it, or give this one a state_directory and a run_directory of its own");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)),
                    0);
            return new StateLock(channel);
        } catch (IOException e) {
            closeQuietly(channel, e);
            throw new StartupException("locking " + file + ": " + e, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(LONGEST_PID);
        channel.read(buffer, 0);
        String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
        return text.chars().allMatch(Character::isDigit) ? text : "";
    }

    private static void closeQuietly(@Nullable FileChannel channel, IOException failure) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

package io.berth.network.lease;

import io.berth.kernel.Descriptor;
import io.berth.kernel.Errno;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import io.berth.network.NetworkException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases as files, one each, named by the IPv4 address and made exclusively, so that not even two daemons that share a
 * directory by mistake can give one address twice.
 *
 * <p>Nothing is flushed to a disk: leases have to outlive the daemon, not the machine, whose end takes the namespaces
 * with it.
 */
public final class LeaseStore {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseStore.class);
    private static final String LEAVING = ".leaving";

    /** One that is about to take another's place; what a crash leaves of it is deleted. */
    private static final String NEXT = ".next";

    private static final int LARGEST_LEASE = 1 << 20;

    private static final int OWNER_ONLY = 0600;

    private final SystemCalls calls;
    private final Path directory;

    /** Nothing is touched before the first call. */
    public LeaseStore(SystemCalls calls, Path directory) {
        this.calls = calls;
        this.directory = directory;
    }

    /** Makes the directory, for root's eyes only. */
    public void create() {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException failure) {
            throw failed("create lease directory", directory, failure);
        }
    }

    /**
     * Records a lease.
     *
     * @return false when the address has a lease already: take another one
     */
    public boolean record(Lease lease) {
        String file = file(lease);
        try {
            write(file, lease);
            return true;
        } catch (SystemCallException failure) {
            if (failure.errno() == Errno.EEXIST) {
                return false;
            }
            throw failed("record lease", file, failure);
        }
    }

    /** Puts a lease in the place of the one that its address has: the one or the other survives a crash, whole. */
    public void replace(Lease lease) {
        String file = file(lease);
        try {
            write(file + NEXT, lease);
            calls.renameat2(null, file + NEXT, null, file, 0);
        } catch (SystemCallException failure) {
            unlink(file + NEXT);
            throw failed("replace lease", file, failure);
        }
    }

    private void write(String file, Lease lease) {
        ByteBuffer text = ByteBuffer.wrap(LeaseText.write(lease).getBytes(StandardCharsets.UTF_8));
        try (Descriptor made = calls.openat2(null, file, OpenHow.creating(OWNER_ONLY))) {
            try {
                while (text.hasRemaining()) {
                    calls.write(made, text);
                }
            } catch (SystemCallException full) {
                calls.unlinkat(null, file, 0);
                throw full;
            }
        }
    }

    /**
     * Notes that the sandbox is done with it and only its links remain to be removed, so that a daemon started after a
     * crash goes on with that by itself.
     */
    public void markLeaving(Lease lease) {
        String file = file(lease);
        try {
            calls.renameat2(null, file, null, file + LEAVING, 0);
        } catch (SystemCallException failure) {
            if (failure.errno() != Errno.ENOENT) {
                throw failed("mark lease", file, failure);
            }
            // Marked already, or deleted by hand: what is in memory is enough to go on.
            LOG.debug("No lease {} to mark", file);
        }
    }

    /** Forgets a lease; nothing happens when it is gone already. */
    public void remove(Lease lease) {
        String file = file(lease);
        unlink(file + LEAVING);
        unlink(file);
    }

    /** Removes the directory, if it is empty. */
    public void removeDirectory() {
        try {
            Files.deleteIfExists(directory);
        } catch (IOException failure) {
            throw failed("remove lease directory", directory, failure);
        }
    }

    /**
     * Reads all leases, the oldest first. One that was cut off by a crash is deleted: no link is made before its lease
     * is whole.
     */
    public List<Recorded> readAll() {
        List<Recorded> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (!Files.isRegularFile(file)) {
                    continue;
                }
                read(file).ifPresent(found::add);
            }
        } catch (NoSuchFileException noLeases) {
            return List.of();
        } catch (IOException failure) {
            throw failed("read leases in", directory, failure);
        }
        found.sort(Comparator.comparing(Recorded::written));
        return List.copyOf(found);
    }

    private Optional<Recorded> read(Path file) throws IOException {
        try {
            Optional<Lease> lease = Files.size(file) > LARGEST_LEASE
                    ? Optional.empty()
                    : LeaseText.read(new String(Files.readAllBytes(file), StandardCharsets.UTF_8))
                            .filter(whole -> isOf(whole, file) || isLeaving(whole, file));
            if (lease.isEmpty()) {
                LOG.warn("Deleting {}: a lease that was cut off while it was written", file);
                Files.deleteIfExists(file);
                return Optional.empty();
            }
            boolean leaving = isLeaving(lease.get(), file);
            return Optional.of(new Recorded(lease.get(), leaving, Files.getLastModifiedTime(file)));
        } catch (NoSuchFileException goneMeanwhile) {
            return Optional.empty();
        }
    }

    private String file(Lease lease) {
        return directory + "/" + lease.ipv4().getHostAddress();
    }

    private static boolean isOf(Lease lease, Path file) {
        return file.endsWith(lease.ipv4().getHostAddress());
    }

    private static boolean isLeaving(Lease lease, Path file) {
        return file.endsWith(lease.ipv4().getHostAddress() + LEAVING);
    }

    private void unlink(String file) {
        try {
            calls.unlinkat(null, file, 0);
        } catch (SystemCallException failure) {
            if (failure.errno() != Errno.ENOENT) {
                throw failed("remove lease", file, failure);
            }
        }
    }

    private static NetworkException failed(String operation, String file, SystemCallException failure) {
        return new NetworkException(
                NetworkException.Kind.INTERNAL,
                operation,
                file,
                failure.errno().name() + " (" + failure.errno().text() + ")",
                failure.errno().name(),
                failure);
    }

    private static NetworkException failed(String operation, Path file, IOException failure) {
        return new NetworkException(
                NetworkException.Kind.INTERNAL, operation, file.toString(), String.valueOf(failure), failure);
    }

    /**
     * A lease as it was found.
     *
     * @param leaving whether the sandbox is done with it
     */
    public record Recorded(Lease lease, boolean leaving, FileTime written) {}
}

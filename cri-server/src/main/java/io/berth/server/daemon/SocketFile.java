package io.berth.server.daemon;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The place of a unix socket. The server binds aside; when it can answer, the socket gets its mode and then its name in
 * one step, so that nobody finds it with another mode or before its time.
 */
final class SocketFile {
    /** sun_path has 108 bytes, the last of them NUL. */
    private static final int LONGEST_PATH = 107;

    private static final String MODE = "rw-rw----";

    private final Path path;
    private final Path aside;

    SocketFile(Path path) {
        this.path = path;
        this.aside = path.resolveSibling(path.getFileName() + ".new");
        if (aside.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
            throw new StartupException("the path of the socket " + path + " is longer than the kernel takes ("
                    + (LONGEST_PATH - ".new".length()) + " bytes): set another one as \"socket\"");
        }
    }

    /**
     * Makes room for binding.
     *
     * @return where to bind
     * @throws StartupException when somebody listens at the final place, or something that is no socket is there
     */
    Path prepare() {
        refuseIfTaken(path);
        refuseIfTaken(aside);
        try {
            Files.deleteIfExists(aside);
        } catch (IOException e) {
            throw new StartupException("removing " + aside + ": " + e, e);
        }
        return aside;
    }

    /** Where the socket is before it is published. */
    Path aside() {
        return aside;
    }

    /** Gives the bound socket its mode and its name; a dead one of that name goes. */
    void publish() {
        try {
            Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString(MODE));
            Files.move(aside, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StartupException("moving the socket to " + path + ": " + e, e);
        }
    }

    /** Removes the name, so that callers see at once that nobody is there. */
    void remove() throws IOException {
        Files.deleteIfExists(path);
    }

    private static void refuseIfTaken(Path path) {
        boolean isSocket;
        try {
            int type = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 0170000;
            isSocket = type == 0140000;
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw new StartupException("looking at " + path + ": " + e, e);
        }
        if (!isSocket) {
            throw new StartupException(path + " is there and is no socket: remove it, or set another \"socket\"");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            return; // refused: whoever bound it is gone
        }
        throw new StartupException("another process serves " + path + ": stop it, or set another \"socket\"");
    }
}

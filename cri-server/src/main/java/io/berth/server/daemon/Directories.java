package io.berth.server.daemon;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Makes the directories that the daemon owns, with modes that do not depend on the umask. */
final class Directories {
    /** Nobody but root looks into it. */
    static final String PRIVATE = "rwx------";

    /** Others can pass through it to a socket that is theirs to use, and cannot list it. */
    static final String PASSABLE = "rwx--x--x";

    private Directories() {}

    /** Makes a directory and its parents; one that was there before gets the mode too. */
    static void make(Path directory, String mode) {
        try {
            Path parent = directory.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            try {
                Files.createDirectory(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)));
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(directory)) {
                    throw new StartupException("making " + directory + ": there is something that is no directory", e);
                }
            }
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
        } catch (IOException e) {
            throw new StartupException("making " + directory + ": " + e, e);
        }
    }
}

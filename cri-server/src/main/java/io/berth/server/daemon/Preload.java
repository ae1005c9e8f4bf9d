package io.berth.server.daemon;

import io.berth.imagefs.Image;
import io.berth.imagefs.ImageException;
import io.berth.imagefs.ImageStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Imports the image archives that a node carries, those that it lacks. A file of notes remembers which archive (by its
 * size and time) gave which image, so that a start reads no archive twice.
 */
final class Preload {
    private static final Logger LOG = LoggerFactory.getLogger(Preload.class);
    private static final String NOTES = "preloaded";

    private final ImageStore store;
    private final Path notes;

    Preload(ImageStore store, Path stateDirectory) {
        this.store = store;
        this.notes = stateDirectory.resolve(NOTES);
    }

    /** Imports; an archive that cannot be is logged and passed over. */
    void from(Path directory) {
        try {
            Set<String> known = readNotes();
            List<String> noted = new ArrayList<>();
            boolean hasNew = false;
            for (Path archive : archives(directory)) {
                String file = Files.size(archive) + " "
                        + Files.getLastModifiedTime(archive).toMillis() + " " + archive + " ";
                String note = known.stream()
                        .filter(line -> line.startsWith(file))
                        .filter(line ->
                                store.find(line.substring(file.length())).isPresent())
                        .findFirst()
                        .orElse(null);
                if (note == null) {
                    note = load(archive, file);
                    hasNew = true;
                }
                if (note != null) {
                    noted.add(note);
                }
            }
            if (hasNew) {
                writeNotes(noted);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("importing images from {}: {}", directory, e.toString());
        }
    }

    private @Nullable String load(Path archive, String file) {
        try {
            Image image = store.importArchive(archive);
            LOG.info(
                    "imported {} from {}",
                    image.tags().isEmpty() ? image.id() : image.tags().getFirst(),
                    archive);
            return file + image.id();
        } catch (ImageException e) {
            LOG.warn("importing {}: {}", archive, e.getMessage());
            return null;
        }
    }

    private static List<Path> archives(Path directory) throws IOException {
        List<Path> archives = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, "*.tar")) {
            stream.forEach(archives::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        archives.sort(null);
        return archives;
    }

    private Set<String> readNotes() throws IOException {
        try {
            return new HashSet<>(Files.readAllLines(notes, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return Set.of();
        }
    }

    /** Losing the notes costs an import that finds everything there, so they need no sync. */
    private void writeNotes(List<String> lines) throws IOException {
        Path aside = notes.resolveSibling(NOTES + ".new");
        Files.write(aside, lines, StandardCharsets.UTF_8);
        Files.move(aside, notes, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}

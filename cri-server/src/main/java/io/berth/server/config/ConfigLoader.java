package io.berth.server.config;

import io.berth.server.config.toml.TomlException;
import io.berth.server.config.toml.TomlParser;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Finds and reads the files: one, and the drop-ins {@code *.toml} of the directory {@code config.d} beside it. */
public final class ConfigLoader {
    /** Where the configuration is when nobody says otherwise. */
    public static final Path DEFAULT_FILE = Path.of("/etc/berth/config.toml");

    private static final String DROP_IN_DIRECTORY = "config.d";
    private static final long LARGEST_FILE = 1 << 20;

    private ConfigLoader() {}

    /**
     * Reads a file and its drop-ins, in the order of their names; a later value replaces an earlier one.
     *
     * @param required whether it is an error that the file is not there; otherwise defaults and drop-ins hold
     * @throws ConfigException naming the file, the line and the key of everything that is wrong
     */
    public static ReadConfig load(Path file, boolean required) {
        ConfigTree tree = ConfigTree.EMPTY;
        if (required || Files.exists(file)) {
            tree = add(tree, file);
        }
        for (Path dropIn : dropIns(file.toAbsolutePath().resolveSibling(DROP_IN_DIRECTORY))) {
            tree = add(tree, dropIn);
        }
        return new ConfigReader(tree).read();
    }

    private static List<Path> dropIns(Path directory) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, "*.toml")) {
            stream.forEach(files::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw new ConfigException("reading " + directory + ": " + e.getMessage(), e);
        }
        Collections.sort(files);
        return files;
    }

    private static ConfigTree add(ConfigTree tree, Path file) {
        try {
            return tree.with(TomlParser.parse(text(file)), file);
        } catch (TomlException e) {
            throw new ConfigException(new Origin(file, e.line()) + ": " + e.reason(), e);
        }
    }

    private static String text(Path file) {
        try {
            long size = Files.size(file);
            if (size > LARGEST_FILE) {
                throw new IOException("has " + size + " bytes, more than " + LARGEST_FILE);
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ConfigException("reading " + file + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new ConfigException("reading " + file + ": is not UTF-8", e);
        } catch (IOException e) {
            throw new ConfigException("reading " + file + ": " + e.getMessage(), e);
        }
    }
}

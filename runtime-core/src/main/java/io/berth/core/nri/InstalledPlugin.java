package io.berth.core.nri;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plugin that is installed on the node: an executable file with the name {@code NN-name}.
 *
 * @param config what stands in {@code NN-name.conf}, or else in {@code name.conf}; empty: neither is there
 */
record InstalledPlugin(PluginName name, Path program, String config) {
    private static final Logger LOGGER = LoggerFactory.getLogger(InstalledPlugin.class);
    private static final int CONFIG_LIMIT_BYTES = 1024 * 1024;

    /** Those of a directory, in the order of their indices; what is none, or has no name of one, is passed over. */
    static List<InstalledPlugin> find(Path directory, Path configs) {
        List<Path> files;
        try (Stream<Path> entries = Files.list(directory)) {
            files = entries.sorted(Comparator.comparing(Path::getFileName)).toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException failure) {
            LOGGER.error("No NRI plugin of {} is started: {}", directory, failure.toString());
            return List.of();
        }
        List<InstalledPlugin> found = new ArrayList<>();
        for (Path file : files) {
            if (Files.isRegularFile(file) && Files.isExecutable(file)) {
                named(file, configs).ifPresent(found::add);
            }
        }
        return found;
    }

    private static Optional<InstalledPlugin> named(Path file, Path configs) {
        String text = String.valueOf(file.getFileName());
        int dash = text.indexOf('-');
        PluginName name =
                dash < 0 ? new PluginName(text, "") : new PluginName(text.substring(0, dash), text.substring(dash + 1));
        String problem = dash < 0 ? "it is not NN-name" : name.problem();
        if (problem != null) {
            LOGGER.error("The NRI plugin {} is not started: {}", file, problem);
            return Optional.empty();
        }
        try {
            return Optional.of(new InstalledPlugin(name, file.toAbsolutePath(), config(name, configs)));
        } catch (IOException failure) {
            LOGGER.error("The NRI plugin {} is not started: its configuration: {}", file, failure.toString());
            return Optional.empty();
        }
    }

    private static String config(PluginName name, Path directory) throws IOException {
        for (String file : List.of(name + ".conf", name.base() + ".conf")) {
            Path path = directory.resolve(file);
            if (Files.exists(path)) {
                if (Files.size(path) > CONFIG_LIMIT_BYTES) {
                    throw new IOException(path + " is longer than " + CONFIG_LIMIT_BYTES + " bytes");
                }
                return Files.readString(path);
            }
        }
        return "";
    }
}

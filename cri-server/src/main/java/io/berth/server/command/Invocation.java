package io.berth.server.command;

import io.berth.server.config.ConfigLoader;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a command line asks for. */
sealed interface Invocation {
    /** What is answered at once. */
    sealed interface Command extends Invocation {}

    /** The help text. */
    record Help() implements Command {}

    /** The version. */
    record Version() implements Command {}

    /** The commented default configuration. */
    record ConfigDefault() implements Command {}

    /** The configuration in force. */
    record ConfigDump(ConfigFile file) implements Command {}

    /** Whether the configuration can be used. */
    record ConfigValidate(ConfigFile file) implements Command {}

    /** The pulls of a running daemon. */
    record Pulls(ConfigFile file) implements Command {}

    /** The images of a running daemon. */
    record ImageTree(ConfigFile file) implements Command {}

    /** The daemon. */
    record Serve(ConfigFile file) implements Invocation {}

    /**
     * Which configuration.
     *
     * @param required whether it must be there, since somebody named it
     */
    record ConfigFile(Path path, boolean required) {
        static final ConfigFile DEFAULT = new ConfigFile(ConfigLoader.DEFAULT_FILE, false);
    }

    /**
     * Reads a command line.
     *
     * @throws UsageException for one that makes no sense
     */
    static Invocation parse(List<String> arguments) {
        Deque<String> rest = new ArrayDeque<>(arguments);
        ConfigFile file = null;
        String command = null;
        String subcommand = null;
        while (!rest.isEmpty()) {
            String word = rest.removeFirst();
            if (word.equals("--help") || word.equals("-h") || word.equals("help")) {
                return new Help();
            } else if (word.equals("--version")) {
                return new Version();
            } else if (word.equals("--config") || word.startsWith("--config=")) {
                file = configFile(word, rest);
            } else if (word.equals("--tree") && "images".equals(command) && subcommand == null) {
                subcommand = word;
            } else if (word.startsWith("-")) {
                throw new UsageException("unknown option " + word);
            } else if (command == null) {
                command = word;
            } else if (subcommand == null) {
                subcommand = word;
            } else {
                throw new UsageException("too many arguments: " + word);
            }
        }
        return of(command, subcommand, file == null ? ConfigFile.DEFAULT : file);
    }

    private static ConfigFile configFile(String word, Deque<String> rest) {
        String path;
        if (word.startsWith("--config=")) {
            path = word.substring("--config=".length());
        } else {
            path = rest.isEmpty() ? "" : rest.removeFirst();
        }
        if (path.isEmpty()) {
            throw new UsageException("--config needs a file");
        }
        return new ConfigFile(Path.of(path), true);
    }

    private static Invocation of(@Nullable String command, @Nullable String subcommand, ConfigFile file) {
        if (command == null) {
            return new Serve(file);
        }
        return switch (command) {
            case "config" -> config(subcommand, file);
            case "pulls" -> {
                if (subcommand != null) {
                    throw new UsageException("too many arguments: " + subcommand);
                }
                yield new Pulls(file);
            }
            case "images" -> {
                if (!"--tree".equals(subcommand)) {
                    throw new UsageException("images needs --tree");
                }
                yield new ImageTree(file);
            }
            default -> throw new UsageException("unknown command " + command);
        };
    }

    private static Invocation config(@Nullable String subcommand, ConfigFile file) {
        return switch (subcommand) {
            case "default" -> new ConfigDefault();
            case "dump" -> new ConfigDump(file);
            case "validate" -> new ConfigValidate(file);
            case null -> throw new UsageException("config needs one of: default, dump, validate");
            default ->
                throw new UsageException("unknown command config " + subcommand + ": one of default, dump, validate");
        };
    }
}

package io.berth.server.config;

/** What is written to standard error, and how. */
public record LogConfig(Level level, Format format) {
    /** The least severe messages that are written. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /** The form of a line. */
    public enum Format {
        /** Time, level, message, then key=value pairs. */
        TEXT,
        /** One JSON object. */
        JSON
    }

    static LogConfig read(Section section) {
        return new LogConfig(section.choice("level", Level.INFO, """
                        The least severe messages that are written to standard error."""), section.choice("format", Format.TEXT, """
                        The form of a line: text with key=value pairs, or one JSON object."""));
    }
}

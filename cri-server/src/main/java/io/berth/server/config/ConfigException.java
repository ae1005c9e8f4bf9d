package io.berth.server.config;

import java.util.List;

/** A configuration that cannot be used; the message has one line for each thing that is wrong with it. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String text;

    ConfigException(String message, Throwable cause) {
        super(message, cause);
        this.text = message;
    }

    ConfigException(List<Problem> problems) {
        this(String.join("\n", problems.stream().map(Problem::toString).toList()));
    }

    private ConfigException(String message) {
        super(message);
        this.text = message;
    }

    /** One line for each thing that is wrong. */
    public List<String> lines() {
        return text.lines().toList();
    }
}

package io.berth.server.logging;

import java.text.MessageFormat;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands what is logged through the JDK's own logging to the daemon's. */
final class JavaLoggingBridge extends Handler {
    @Override
    public void publish(LogRecord event) {
        Logger logger = LoggerFactory.getLogger(event.getLoggerName() == null ? "java" : event.getLoggerName());
        String message = text(event);
        if (event.getLevel().intValue() >= Level.SEVERE.intValue()) {
            logger.error("{}", message, event.getThrown());
        } else if (event.getLevel().intValue() >= Level.WARNING.intValue()) {
            logger.warn("{}", message, event.getThrown());
        } else {
            logger.debug("{}", message, event.getThrown());
        }
    }

    private static String text(LogRecord event) {
        @Nullable Object[] parameters = event.getParameters();
        String message = String.valueOf(event.getMessage());
        if (parameters == null || parameters.length == 0) {
            return message;
        }
        try {
            return MessageFormat.format(message, parameters);
        } catch (IllegalArgumentException e) {
            return message;
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}

package io.berth.server.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import io.berth.server.config.LogConfig;
import java.util.Locale;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** Sets logging up in code: reading a configuration file would cost a tenth of the start. */
public final class Logging {
    private Logging() {}

    /** To be called once, before anything is logged. */
    public static void configure(LogConfig config) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        LineEncoder encoder = switch (config.format()) {
            case TEXT -> new TextEncoder();
            case JSON -> new JsonEncoder();
        };
        encoder.setContext(context);
        encoder.start();
        appender.setEncoder(encoder);
        appender.start();
        ch.qos.logback.classic.Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        root.setLevel(Level.WARN);
        context.getLogger("io.berth").setLevel(level(config.level()));
        if (config.level() == LogConfig.Level.TRACE || config.level() == LogConfig.Level.ERROR) {
            root.setLevel(level(config.level()));
        }
        // gRPC sets TCP options on unix sockets too, and each connection would be warned about.
        context.getLogger("io.netty.bootstrap").setLevel(Level.ERROR);
    }

    private static Level level(LogConfig.Level level) {
        return Level.toLevel(level.name().toUpperCase(Locale.ROOT));
    }

    /** gRPC logs through the JDK, whose logging takes its time to get ready: to be called beside other work. */
    public static void takeOverJavaLogging() {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(java.util.logging.Level.WARNING);
        root.addHandler(new JavaLoggingBridge());
    }
}

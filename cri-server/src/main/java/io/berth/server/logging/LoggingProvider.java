package io.berth.server.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Logback without its own search for a configuration, which would look into every jar and set up what {@link Logging}
 * sets up anew. Chosen by the system property {@code slf4j.provider}; without that, in tests, Logback comes as usual.
 */
public final class LoggingProvider implements SLF4JServiceProvider {
    private static final String API_VERSION = "2.0.99";

    private final LoggerContext context = new LoggerContext();
    private final LogbackMDCAdapter contextData = new LogbackMDCAdapter();
    private final IMarkerFactory markers = new BasicMarkerFactory();

    /** Makes SLF4J use this one; to be called before anything else touches it. */
    public static void install() {
        System.setProperty("slf4j.internal.verbosity", "WARN");
        System.setProperty("slf4j.provider", LoggingProvider.class.getName());
    }

    @Override
    public void initialize() {
        context.setName("default");
        context.setMDCAdapter(contextData);
        context.start();
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return context;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return contextData;
    }

    @Override
    public String getRequestedApiVersion() {
        return API_VERSION;
    }
}

package io.berth.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What this build is called. */
public final class BuildInformation {
    public static final String NAME = "berth";

    private BuildInformation() {}

    /** A semantic version. */
    public static String version() {
        return Holder.VERSION;
    }

    private static final class Holder {
        private static final String VERSION = read();

        private static String read() {
            try (InputStream input = BuildInformation.class.getResourceAsStream("build.properties")) {
                Properties properties = new Properties();
                if (input != null) {
                    properties.load(input);
                }
                return properties.getProperty("version", "0.0.0-unknown");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

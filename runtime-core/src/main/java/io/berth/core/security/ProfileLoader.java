package io.berth.core.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Has AppArmor's own compiler compile the default profile and hand it to the kernel. */
class ProfileLoader {
    private static final String RESOURCE = "apparmor-default.profile";
    private static final String COMPILER = "apparmor_parser";

    /** A service's PATH often has no directory of the superuser's. */
    private static final String MORE_DIRECTORIES = "/usr/sbin:/sbin";

    private static final long DEADLINE_SECONDS = 50;
    private static final int MESSAGE_BYTES = 2000;

    private final String name;

    ProfileLoader(String name) {
        this.name = name;
    }

    /** Loads it, or replaces what has its name. */
    void load() throws IOException {
        Path compiler = compiler();
        ProcessBuilder builder = new ProcessBuilder(compiler.toString(), "--replace", "--skip-cache", "--quiet")
                .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", searchPath());
        Process process = builder.start();
        try {
            process.getOutputStream().write(text().getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("apparmor_parser took more than " + DEADLINE_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                byte[] message = process.getInputStream().readNBytes(MESSAGE_BYTES);
                throw new IOException("apparmor_parser: " + new String(message, StandardCharsets.UTF_8).strip());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Path compiler() throws IOException {
        return Stream.of(searchPath().split(":"))
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, COMPILER))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException(COMPILER + " is missing: install the package apparmor"));
    }

    private static String searchPath() {
        return Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin") + ":" + MORE_DIRECTORIES;
    }

    private String text() throws IOException {
        try (InputStream stream = ProfileLoader.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IOException(RESOURCE + " is missing");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).replace("@NAME@", name);
        }
    }
}

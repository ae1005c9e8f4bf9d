package io.berth.core.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Has AppArmor's own compiler compile the default profile and hand it to the kernel. */
class ProfileLoader {
    private static final String RESOURCE = "apparmor-default.profile";
    private static final List<Path> COMPILERS =
            List.of(Path.of("/usr/sbin/apparmor_parser"), Path.of("/sbin/apparmor_parser"));
    private static final long DEADLINE_SECONDS = 50;
    private static final int MESSAGE_BYTES = 2000;

    private final String name;

    ProfileLoader(String name) {
        this.name = name;
    }

    /** Loads it, or replaces what has its name. */
    void load() throws IOException {
        Path compiler = COMPILERS.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException("apparmor_parser is missing: install the package apparmor"));
        ProcessBuilder builder = new ProcessBuilder(compiler.toString(), "--replace", "--skip-cache", "--quiet")
                .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
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

    private String text() throws IOException {
        try (InputStream stream = ProfileLoader.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IOException(RESOURCE + " is missing");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).replace("@NAME@", name);
        }
    }
}

package io.berth.e2e.nri;

import io.berth.e2e.process.Places;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/** The plugin on the reference implementation's stub: there is one where there is Go and its modules can be had. */
final class GoPlugin {
    private GoPlugin() {}

    /** Builds it; the test is skipped where that cannot be. */
    static Path build(String test) {
        Path go = Places.findTool("go").orElseThrow(() -> skipped(test, "there is no go on the PATH"));
        Path program = Places.work().resolve("nri-go-plugin");
        Path log = Places.work().resolve("nri-go-plugin.log");
        ProcessBuilder builder = new ProcessBuilder(go.toString(), "build", "-o", program.toString(), ".")
                .directory(Path.of("nri-plugin").toAbsolutePath().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("CGO_ENABLED", "0");
        try {
            Process build = builder.start();
            if (!build.waitFor(3, TimeUnit.MINUTES) || build.exitValue() != 0) {
                build.destroyForcibly();
                throw skipped(test, "the plugin cannot be built: " + Files.readString(log));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw skipped(test, "interrupted");
        }
        return program;
    }

    private static TestAbortedException skipped(String test, String why) {
        System.out.println("skipped " + test + ": " + why);
        return new TestAbortedException(why);
    }
}

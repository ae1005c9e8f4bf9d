package io.berth.imagefs.program;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.ImageVerifier;
import io.berth.imagefs.content.Texts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Asks a program, in the way in which containerd asks its image verifiers: {@code -name REFERENCE -digest DIGEST
 * -stdin-media-type application/vnd.oci.descriptor.v1+json} with the descriptor on standard input. Status 0 lets the
 * image pass; what it prints is the reason otherwise. A program that cannot be run, or takes too long, lets nothing
 * pass. Any thread.
 */
public record ProgramVerifier(Path file, Duration deadline) implements ImageVerifier {
    private static final String DESCRIPTOR = "application/vnd.oci.descriptor.v1+json";

    @Override
    public void verify(Subject subject) {
        String what = "image verifier " + file;
        Program.Result result = new Program(file.toString(), what, deadline, ImageException.Kind.PERMISSION_DENIED)
                .run(
                        descriptor(subject).getBytes(StandardCharsets.UTF_8),
                        "-name",
                        subject.reference(),
                        "-digest",
                        subject.digest(),
                        "-stdin-media-type",
                        DESCRIPTOR);
        if (result.status() != 0) {
            String reason = new String(result.output(), StandardCharsets.UTF_8).trim();
            throw new ImageException(
                    ImageException.Kind.PERMISSION_DENIED,
                    "SignatureValidationFailed: " + what + " refuses " + subject.digest() + " (status "
                            + result.status() + ")" + (reason.isEmpty() ? "" : ": " + Texts.shortened(reason)));
        }
    }

    /** A media type is a stranger's text: what could end a JSON string is left out. */
    private static String descriptor(Subject subject) {
        return "{\"mediaType\":\"" + subject.mediaType().replaceAll("[^a-zA-Z0-9.+/-]", "") + "\",\"digest\":\""
                + subject.digest() + "\",\"size\":" + subject.document().length + "}";
    }
}

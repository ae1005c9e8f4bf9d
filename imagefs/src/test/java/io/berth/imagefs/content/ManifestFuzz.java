package io.berth.imagefs.content;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.Platform;
import java.util.List;

/** Reads any bytes as a manifest, an index and a configuration: they are refused, or hold together. */
public final class ManifestFuzz {
    private static final int MOST_LAYERS = 500;
    private static final ManifestParser PARSER = new ManifestParser(MOST_LAYERS, 64);
    private static final PlatformChoice CHOICE = new PlatformChoice(new Platform("linux", "arm64", "v8"));

    private ManifestFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        for (String type : List.of("", MediaTypes.OCI_MANIFEST, MediaTypes.OCI_INDEX)) {
            try {
                check(PARSER.parse(data, type));
            } catch (ImageException e) {
                requireForeseen(e);
            }
        }
        try {
            ImageDocument document = ImageDocumentParser.parse(data, 64);
            document.diffIds().forEach(digest -> Digest.parse(digest.toString()));
            CHOICE.accepts(document.config().platform());
        } catch (ImageException e) {
            requireForeseen(e);
        }
    }

    private static void check(ManifestDocument document) {
        switch (document) {
            case ImageManifest manifest -> {
                if (manifest.layers().size() > MOST_LAYERS || manifest.config().size() < 0) {
                    throw new IllegalStateException("a manifest beyond its limits: " + manifest);
                }
                manifest.layers().forEach(ManifestFuzz::check);
            }
            case ImageIndex index -> {
                index.manifests().forEach(ManifestFuzz::check);
                if (!index.manifests().contains(CHOICE.from(index))) {
                    throw new IllegalStateException("chosen what is not there");
                }
            }
        }
    }

    private static void check(ContentDescriptor descriptor) {
        if (descriptor.size() < 0) {
            throw new IllegalStateException("a negative size: " + descriptor);
        }
        Digest.parse(descriptor.digest().toString());
    }

    private static void requireForeseen(ImageException e) {
        switch (e.kind()) {
            case INVALID_CONTENT, LIMIT_EXCEEDED, UNSUPPORTED -> {}
            default -> throw e;
        }
        if (String.valueOf(e.getMessage()).length() > 20_000) {
            throw new IllegalStateException(
                    "a message of " + String.valueOf(e.getMessage()).length() + " characters");
        }
    }
}

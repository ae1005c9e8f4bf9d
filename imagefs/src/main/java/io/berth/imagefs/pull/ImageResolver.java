package io.berth.imagefs.pull;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.Platform;
import io.berth.imagefs.PullLimits;
import io.berth.imagefs.content.ContentDescriptor;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.content.ImageAnnotations;
import io.berth.imagefs.content.ImageDocument;
import io.berth.imagefs.content.ImageDocumentParser;
import io.berth.imagefs.content.ImageIndex;
import io.berth.imagefs.content.ImageManifest;
import io.berth.imagefs.content.ImageSource;
import io.berth.imagefs.content.ImageSource.FetchedManifest;
import io.berth.imagefs.content.ManifestParser;
import io.berth.imagefs.content.PlatformChoice;
import io.berth.imagefs.content.Texts;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Goes from a tag or digest through indexes to the manifest and configuration for a platform. Any thread. */
final class ImageResolver {
    private static final int DEEPEST_INDEX = 3;
    /** They stay in memory as long as the image is here. */
    private static final int MOST_SETTINGS = 256 << 10;

    private final PullLimits limits;
    private final PlatformChoice choice;
    private final Platform platform;
    private final ManifestParser parser;

    ImageResolver(PullLimits limits, Platform platform) {
        this.limits = limits;
        this.platform = platform;
        this.choice = new PlatformChoice(platform);
        this.parser = new ManifestParser(limits.layers(), limits.jsonDepth());
    }

    /**
     * Resolves.
     *
     * @param wanted digest that the content must have, or null where a tag names it
     */
    ResolvedImage resolve(ImageSource source, String tagOrDigest, @Nullable Digest wanted) {
        FetchedManifest fetched = source.manifest(tagOrDigest);
        if (wanted != null && !wanted.matches(fetched.content())) {
            throw corrupt("the manifest is not the " + wanted + " that was asked for");
        }
        Digest digest = wanted == null ? Digest.of(fetched.content()) : wanted;
        return resolve(source, fetched, new Top(digest, fetched, Map.of()), 0);
    }

    /** What the reference names. */
    private record Top(Digest digest, FetchedManifest document, Map<String, String> indexAnnotations) {}

    private ResolvedImage resolve(ImageSource source, FetchedManifest fetched, Top top, int depth) {
        return switch (parser.parse(fetched.content(), fetched.mediaType())) {
            case ImageManifest manifest -> configure(source, manifest, top);
            case ImageIndex index -> {
                if (depth == DEEPEST_INDEX) {
                    throw new ImageException(
                            ImageException.Kind.LIMIT_EXCEEDED, "indexes nested more than " + DEEPEST_INDEX + " deep");
                }
                ContentDescriptor chosen = choice.from(index);
                FetchedManifest next = source.manifest(chosen.digest().toString());
                if (next.content().length != chosen.size() || !chosen.digest().matches(next.content())) {
                    throw corrupt(
                            "the manifest for " + platform + " is not the " + chosen.digest() + " that the index says");
                }
                String type = chosen.mediaType().isEmpty() ? next.mediaType() : chosen.mediaType();
                Top known = depth == 0 ? new Top(top.digest(), top.document(), index.annotations()) : top;
                yield resolve(source, new FetchedManifest(next.content(), type), known, depth + 1);
            }
        };
    }

    private ResolvedImage configure(ImageSource source, ImageManifest manifest, Top top) {
        byte[] json = readConfig(source, manifest.config());
        ImageDocument document = ImageDocumentParser.parse(json, limits.jsonDepth());
        if (!choice.accepts(document.config().platform())) {
            throw new ImageException(
                    ImageException.Kind.UNSUPPORTED,
                    "the image is for " + document.config().platform() + ", this node is " + platform);
        }
        int settings = document.config().characters();
        if (settings > MOST_SETTINGS) {
            throw new ImageException(
                    ImageException.Kind.LIMIT_EXCEEDED,
                    "the configuration's environment, command, volumes and ports take " + settings
                            + " characters; at most " + MOST_SETTINGS + " are taken");
        }
        if (document.diffIds().isEmpty() && !manifest.layers().isEmpty()) {
            throw new ImageException(
                    ImageException.Kind.UNSUPPORTED,
                    "there is no root file system in it: its configuration ("
                            + Texts.shortened(manifest.config().mediaType())
                            + ") names no layers (an artifact rather than an image?)");
        }
        if (document.diffIds().size() != manifest.layers().size()) {
            throw new ImageException(
                    ImageException.Kind.INVALID_CONTENT,
                    "the manifest has " + manifest.layers().size() + " layers, the configuration "
                            + document.diffIds().size());
        }
        return new ResolvedImage(
                top.digest(),
                top.document(),
                new ImageAnnotations(top.indexAnnotations(), manifest.annotations()),
                manifest.config().digest(),
                json,
                document,
                manifest.layers());
    }

    private byte[] readConfig(ImageSource source, ContentDescriptor config) {
        if (config.size() > limits.manifestBytes()) {
            throw new ImageException(
                    ImageException.Kind.LIMIT_EXCEEDED,
                    "a configuration of " + config.size() + " bytes; at most " + limits.manifestBytes() + " are read");
        }
        try (InputStream in = source.blob(config)) {
            byte[] json = in.readNBytes((int) config.size() + 1);
            if (json.length != config.size() || !config.digest().matches(json)) {
                throw corrupt("the configuration is not the " + config.digest() + " that the manifest says");
            }
            return json;
        } catch (IOException e) {
            throw new ImageException(
                    ImageException.Kind.UNAVAILABLE, "configuration " + config.digest() + ": " + e.getMessage(), e);
        }
    }

    private static ImageException corrupt(String message) {
        return new ImageException(ImageException.Kind.CORRUPT_CONTENT, message);
    }
}

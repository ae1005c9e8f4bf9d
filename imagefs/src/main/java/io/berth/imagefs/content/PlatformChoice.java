package io.berth.imagefs.content;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.Platform;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Chooses from an index what a machine can run, the best match first, and in the index's order among equals.
 *
 * <p>A variant counts down: an {@code arm/v7} machine runs v6 and v5 as well, {@code arm64/v9} runs v8. An entry
 * without a variant is the architecture's base ({@code v8} for arm64, {@code v7} for arm, {@code v1} for amd64).
 */
public final class PlatformChoice {
    private final Platform wanted;

    public PlatformChoice(Platform wanted) {
        this.wanted = normal(wanted);
    }

    /**
     * The best entry.
     *
     * @throws ImageException of kind UNSUPPORTED that lists what there is
     */
    public ContentDescriptor from(ImageIndex index) {
        Optional<ContentDescriptor> best = index.manifests().stream()
                .filter(entry -> usable(entry) && score(platformOf(entry)) >= 0)
                .max(Comparator.comparingInt((ContentDescriptor entry) -> score(platformOf(entry))));
        if (best.isPresent()) {
            return firstWithScore(index, score(platformOf(best.get())));
        }
        List<ContentDescriptor> unnamed = index.manifests().stream()
                .filter(entry -> usable(entry) && entry.platform() == null)
                .toList();
        if (unnamed.size() == 1) {
            return unnamed.getFirst();
        }
        throw new ImageException(
                ImageException.Kind.UNSUPPORTED,
                "there is no image for " + wanted + " (there is " + listed(index) + ")");
    }

    /** Whether an image's own configuration says it can run here. Silence counts as yes. */
    public boolean accepts(Platform platform) {
        return (platform.os().isEmpty() && platform.architecture().isEmpty()) || score(platform) >= 0;
    }

    private ContentDescriptor firstWithScore(ImageIndex index, int score) {
        return index.manifests().stream()
                .filter(entry -> usable(entry) && score(platformOf(entry)) == score)
                .findFirst()
                .orElseThrow();
    }

    private static boolean usable(ContentDescriptor entry) {
        return entry.mediaType().isEmpty()
                || MediaTypes.isManifest(entry.mediaType())
                || MediaTypes.isIndex(entry.mediaType());
    }

    private static Platform platformOf(ContentDescriptor entry) {
        Platform platform = entry.platform();
        return platform == null ? new Platform("", "", "") : platform;
    }

    /** Higher is better; negative: cannot run. */
    private int score(Platform offered) {
        Platform other = normal(offered);
        if (!other.os().equals(wanted.os()) || !other.architecture().equals(wanted.architecture())) {
            return -1;
        }
        int mine = level(wanted.variant());
        int theirs = level(other.variant());
        if (mine < 0 || theirs < 0) {
            return other.variant().equals(wanted.variant()) ? Integer.MAX_VALUE : -1;
        }
        return theirs > mine ? -1 : theirs;
    }

    private static int level(String variant) {
        return variant.matches("v[0-9]{1,2}") ? Integer.parseInt(variant.substring(1)) : -1;
    }

    private static Platform normal(Platform platform) {
        String os = platform.os().toLowerCase(Locale.ROOT);
        String architecture = switch (platform.architecture().toLowerCase(Locale.ROOT)) {
            case "x86_64", "x86-64" -> "amd64";
            case "aarch64" -> "arm64";
            case "armhf", "armel" -> "arm";
            default -> platform.architecture().toLowerCase(Locale.ROOT);
        };
        String variant = platform.variant().toLowerCase(Locale.ROOT);
        if (variant.isEmpty()) {
            variant = switch (architecture) {
                case "amd64" -> "v1";
                case "arm64" -> "v8";
                case "arm" -> "v7";
                default -> "";
            };
        } else if (!variant.startsWith("v")) {
            variant = "v" + variant;
        }
        return new Platform(os, architecture, variant);
    }

    private static String listed(ImageIndex index) {
        String list = index.manifests().stream()
                .map(ContentDescriptor::platform)
                .filter(platform -> platform != null && !platform.os().equals("unknown"))
                .map(platform -> Texts.shortened(String.valueOf(platform)))
                .distinct()
                .limit(20)
                .collect(Collectors.joining(", "));
        return list.isEmpty() ? "none at all" : list;
    }
}

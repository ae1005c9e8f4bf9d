package io.berth.imagefs;

import io.berth.imagefs.reference.ImageReference;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Names of images that the node's garbage collection must keep: references as people write them, and patterns for full
 * names, in which an asterisk stands for any characters. Immutable.
 */
final class PinnedNames {
    private final Set<String> names = new HashSet<>();
    private final List<Pattern> patterns;

    /** @throws ImageException of kind INVALID_ARGUMENT for one that is no reference and has no asterisk */
    PinnedNames(Set<String> texts) {
        texts.stream()
                .filter(text -> text.indexOf('*') < 0)
                .forEach(text -> names.add(ImageReference.parse(text).toString()));
        this.patterns = texts.stream()
                .filter(text -> text.indexOf('*') >= 0)
                .map(PinnedNames::pattern)
                .toList();
    }

    /** Whether one of an image's names is among them. */
    boolean haveOne(Stream<String> namesOfImage) {
        return namesOfImage.anyMatch(name -> names.contains(name)
                || patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches()));
    }

    private static Pattern pattern(String text) {
        return Pattern.compile(
                Stream.of(text.split("\\*+", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
    }
}

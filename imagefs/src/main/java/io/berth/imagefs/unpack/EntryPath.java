package io.berth.imagefs.unpack;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A path of a tar entry, relative to the layer and tidied up: no empty components, no dots.
 *
 * @param parent the directory it lies in; empty for the layer's root
 * @param name its last component; empty for the layer's root itself
 */
record EntryPath(String parent, String name) {
    /** Reads a path as it stands in a tar. Null where it climbs out of the layer. */
    static @Nullable EntryPath parse(String text) {
        String tidy = tidied(text);
        if (tidy == null) {
            return null;
        }
        int slash = tidy.lastIndexOf('/');
        return slash < 0 ? new EntryPath("", tidy) : new EntryPath(tidy.substring(0, slash), tidy.substring(slash + 1));
    }

    boolean isRoot() {
        return name.isEmpty();
    }

    /** The whole path, empty for the root. */
    String full() {
        return parent.isEmpty() ? name : parent + "/" + name;
    }

    /** Almost every path is tidy but for a leading {@code ./} or a slash at its end. */
    static @Nullable String tidied(String text) {
        int start = 0;
        while (text.startsWith("./", start)) {
            start += 2;
        }
        while (text.startsWith("/", start)) {
            start++;
        }
        int end = text.length();
        while (end > start && text.charAt(end - 1) == '/') {
            end--;
        }
        String rest = text.substring(start, end);
        boolean tidy = !rest.contains("//") && !rest.startsWith(".") && !rest.contains("/.");
        return tidy ? rest : rebuilt(rest);
    }

    private static @Nullable String rebuilt(String text) {
        Deque<String> components = new ArrayDeque<>();
        for (String component : text.split("/", -1)) {
            switch (component) {
                case "", "." -> {}
                case ".." -> {
                    if (components.pollLast() == null) {
                        return null;
                    }
                }
                default -> components.addLast(component);
            }
        }
        return String.join("/", components);
    }
}

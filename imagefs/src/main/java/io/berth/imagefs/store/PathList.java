package io.berth.imagefs.store;

import java.util.ArrayList;
import java.util.List;

/** A list of tidy relative paths in one text column: two slashes, which none of them holds, before each. */
final class PathList {
    private PathList() {}

    static String encode(List<String> paths) {
        StringBuilder text = new StringBuilder();
        for (String path : paths) {
            text.append("//").append(path);
        }
        return text.toString();
    }

    static List<String> decode(String text) {
        List<String> paths = new ArrayList<>();
        int at = 0;
        while (text.startsWith("//", at)) {
            int next = text.indexOf("//", at + 2);
            int end = next < 0 ? text.length() : next;
            paths.add(text.substring(at + 2, end));
            at = end;
        }
        return paths;
    }
}

package io.berth.core.nri.adjust;

/** The mark with which a plugin says that something should go: a minus before its key. */
final class Removal {
    private Removal() {}

    static boolean isMarked(String key) {
        return key.startsWith("-");
    }

    /** The key without a mark. */
    static String key(String key) {
        return isMarked(key) ? key.substring(1) : key;
    }

    static String mark(String key) {
        return "-" + key;
    }
}

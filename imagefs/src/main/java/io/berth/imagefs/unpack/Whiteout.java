package io.berth.imagefs.unpack;

import org.jspecify.annotations.Nullable;

/** The names by which a layer's tar takes things away (OCI image specification, layer.md, "Whiteouts"). */
sealed interface Whiteout {
    String PREFIX = ".wh.";

    /** A name of a lower layer that is to be seen no more. */
    record Removal(String name) implements Whiteout {}

    /** All that lower layers have in the directory is to be seen no more. */
    record Opaque() implements Whiteout {}

    /** Bookkeeping of AUFS, of no meaning to anybody else. */
    record Ignored() implements Whiteout {}

    /** A whiteout whose name names nothing. */
    record Malformed() implements Whiteout {}

    /** What a name says; null for an ordinary name. */
    static @Nullable Whiteout of(String name) {
        if (!name.startsWith(PREFIX)) {
            return null;
        }
        String hidden = name.substring(PREFIX.length());
        if (hidden.startsWith(PREFIX)) {
            return name.equals(".wh..wh..opq") ? new Opaque() : new Ignored();
        }
        return switch (hidden) {
            case "", ".", ".." -> new Malformed();
            default -> new Removal(hidden);
        };
    }
}

package io.berth.imagefs.user;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.layers.LayeredTree;
import io.berth.imagefs.unpack.StorageFailures;
import io.berth.kernel.Descriptor;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code /etc/passwd} and {@code /etc/group} out of an image's layers. */
public final class AccountFiles {
    /** No honest account file is larger; a dishonest one costs no more than this. */
    private static final int LARGEST = 1 << 20;

    private AccountFiles() {}

    /**
     * Reads both files; absent ones are empty.
     *
     * @param layers directories, the topmost first
     */
    public static Accounts read(SystemCalls calls, List<Path> layers) {
        List<Descriptor> roots = new ArrayList<>();
        try {
            for (Path layer : layers) {
                roots.add(calls.openat2(null, layer.toString(), OpenHow.directory()));
            }
            try (LayeredTree tree = new LayeredTree(calls, roots)) {
                return Accounts.parse(text(calls, tree, "etc/passwd"), text(calls, tree, "etc/group"));
            }
        } catch (SystemCallException e) {
            throw StorageFailures.of("reading the image's users", e);
        } finally {
            roots.forEach(Descriptor::close);
        }
    }

    private static String text(SystemCalls calls, LayeredTree tree, String path) {
        try (@Nullable Descriptor file = tree.openFile(path)) {
            if (file == null) {
                return "";
            }
            ByteBuffer content = ByteBuffer.allocate(LARGEST + 1);
            while (content.hasRemaining() && calls.read(file, content) > 0) {
                // until the end, or more than there may be
            }
            if (!content.hasRemaining()) {
                throw new ImageException(
                        ImageException.Kind.LIMIT_EXCEEDED,
                        "the image's /" + path + " is larger than " + LARGEST + " bytes");
            }
            return new String(content.array(), 0, content.position(), StandardCharsets.UTF_8);
        }
    }
}

package io.berth.imagefs.snapshot;

import io.berth.imagefs.content.Digest;
import io.berth.imagefs.store.LayerRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Names for stacks of layers, which are file names. */
final class StackNames {
    private StackNames() {}

    /** The name of some layers, lowest first: a digest of what their diff IDs are. */
    static String of(List<LayerRecord> layers) {
        String text = layers.stream().map(layer -> layer.diffId().toString()).collect(Collectors.joining("\n"));
        return Digest.of(text.getBytes(StandardCharsets.US_ASCII)).toString().substring("sha256:".length());
    }
}

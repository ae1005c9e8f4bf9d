package io.berth.imagefs.layers;

import io.berth.imagefs.content.Digest;
import io.berth.imagefs.unpack.UnpackedLayer;

/** A layer that is unpacked and not yet recorded, wanted by one pull or several. Guarded by the {@link LayerStore}. */
final class StagedLayer {
    final Digest diffId;
    final String incoming;
    final UnpackedLayer content;
    /** Leases that hold it. */
    int holders;
    /** The layer's id once a pull has recorded it; 0 before. */
    long id;

    StagedLayer(Digest diffId, String incoming, UnpackedLayer content) {
        this.diffId = diffId;
        this.incoming = incoming;
        this.content = content;
    }
}

package io.berth.imagefs.snapshot;

import io.berth.imagefs.Snapshot;
import io.berth.imagefs.Usage;
import io.berth.imagefs.store.LayerRecord;
import java.util.List;
import java.util.function.Supplier;

/**
 * Makes writable roots on layers. A driver keeps files only: which snapshot stands on which layers is recorded
 * elsewhere. Any thread, but no two at once for the same key.
 */
public interface SnapshotDriver {
    /**
     * Makes an empty writable layer. What a crash left under that key is replaced.
     *
     * @param layers from the lowest to the topmost
     * @param limit of what may be written to it, in bytes; 0: none
     * @throws io.berth.imagefs.ImageException of kind UNSUPPORTED where there is no means to hold to a limit
     */
    Snapshot create(String key, List<LayerRecord> layers, long limit);

    /**
     * Makes what a snapshot needs whatever its layers are, for a {@link #create} that comes later, or a
     * {@link #remove}. Where there is nothing of the kind, nothing.
     */
    default void makeAhead(String key) {
        // for most all depends on the layers
    }

    /** Describes a snapshot that was made before. */
    Snapshot describe(String key, List<LayerRecord> layers);

    /** Takes away at once, and deletes now or soon; nothing there is fine. */
    void remove(String key);

    /**
     * What its writable layer takes on disk.
     *
     * @param layers that it was made on
     */
    Usage usage(String key, List<LayerRecord> layers);

    /** The name, within a snapshot's directory, that no other driver gives: whose snapshot it is. */
    String part();

    /** All that it has files of. */
    List<String> keys();

    /**
     * Lets go of what it keeps for stacks of layers besides snapshots.
     *
     * @param stacks those of all images and snapshots, each lowest first
     */
    default void keepOnly(Supplier<List<List<LayerRecord>>> stacks) {
        // most keep nothing
    }
}

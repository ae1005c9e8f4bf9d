package io.berth.imagefs.unpack;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.Usage;
import io.berth.imagefs.content.Texts;
import io.berth.imagefs.tar.TarEntry;
import io.berth.imagefs.tar.TarReader;
import io.berth.kernel.AtFlags;
import io.berth.kernel.Descriptor;
import io.berth.kernel.Errno;
import io.berth.kernel.FileStatus;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Makes the entries of one layer's tar as files below one directory, in the form that overlayfs takes: what the layer
 * takes away becomes a 0/0 character device or an opaque directory. Nothing is ever made outside of that directory. For
 * one thread.
 */
final class LayerWriter implements AutoCloseable {
    private static final String OPAQUE = "trusted.overlay.opaque";
    private static final byte[] YES = {'y'};

    private final SystemCalls calls;
    private final PathMemory.Share memory;
    private final Descriptor root;
    private final Directories directories;
    private final FileWriter files;
    private final Attributes attributes;
    /** Times of directories, set when nothing more is made in them. */
    private final NavigableMap<String, Times> directoryTimes = new TreeMap<>();

    private Usage usage = Usage.NONE;
    private boolean replaced;
    /** Whether there are directories that nobody remembers. */
    private boolean uncounted;
    /** Whether handles may be of directories that have been replaced since. */
    private boolean stale;

    private boolean opaqueRoot;

    LayerWriter(SystemCalls calls, Descriptor root, PathMemory.Share memory) {
        this.calls = calls;
        this.memory = memory;
        this.root = root;
        this.directories = new Directories(calls, root);
        this.attributes = new Attributes(calls);
        this.files = new FileWriter(calls, attributes);
    }

    private record Times(long seconds, int nanoseconds) {}

    /** Makes one entry; {@code reader} gives its content. */
    void apply(TarEntry entry, TarReader reader) throws IOException {
        try {
            EntryPath path = EntryPath.parse(entry.path());
            if (path == null) {
                throw refused("climbs out of the layer");
            }
            Whiteout whiteout = Whiteout.of(path.name());
            if (whiteout == null) {
                make(entry, path, reader);
            } else {
                takeAway(path, whiteout);
            }
        } catch (SystemCallException e) {
            throw StorageFailures.ofEntry(named(entry), e);
        } catch (ImageException e) {
            throw e.during(named(entry));
        }
    }

    /** Sets what had to wait and counts. */
    UnpackedLayer finish() {
        try {
            directoryTimes.forEach(this::setTimes);
            directories.forget();
            if (replaced || uncounted) {
                usage = new TreeUsage(calls).of(root);
            } else {
                directoryTimes.keySet().forEach(this::countDirectory);
                directories.implied().stream()
                        .filter(path -> !directoryTimes.containsKey(path))
                        .forEach(this::countDirectory);
                if (!directoryTimes.containsKey("")) {
                    countDirectory("");
                }
            }
        } catch (SystemCallException e) {
            throw StorageFailures.of("finishing a layer", e);
        }
        List<String> implied = new ArrayList<>(directories.implied());
        if (!directoryTimes.containsKey("")) {
            implied.add("");
        }
        return new UnpackedLayer(usage, opaqueRoot, implied);
    }

    private void make(TarEntry entry, EntryPath path, TarReader reader) throws IOException {
        if (path.isRoot()) {
            if (entry.type() == TarEntry.Type.DIRECTORY) {
                describeDirectory(entry, "", root, ".");
            }
            return;
        }
        if (stale) {
            directories.forget();
            stale = false;
        }
        Descriptor parent = directories.open(path.parent());
        switch (entry.type()) {
            case FILE -> {
                FileStatus status = replacing(parent, path, () -> files.write(parent, path.name(), entry, reader));
                usage = usage.plus(new Usage(status.blocks() * 512, 1));
            }
            case DIRECTORY -> makeDirectory(entry, path, parent);
            case HARD_LINK -> link(entry, path, parent);
            case SYMBOLIC_LINK -> {
                replacing(parent, path, () -> {
                    calls.symlinkat(entry.linkTarget(), parent, path.name());
                    return path;
                });
                describe(entry, parent, path.name());
                count(parent, path.name());
            }
            case CHARACTER_DEVICE -> makeNode(entry, path, parent, FileStatus.CHARACTER_DEVICE);
            case BLOCK_DEVICE -> makeNode(entry, path, parent, FileStatus.BLOCK_DEVICE);
            case FIFO -> makeNode(entry, path, parent, FileStatus.FIFO);
        }
    }

    private void makeDirectory(TarEntry entry, EntryPath path, Descriptor parent) {
        FileStatus there = calls.findStatus(parent, path.name(), AtFlags.SYMLINK_NO_FOLLOW);
        if (there == null || !there.isDirectory()) {
            if (there != null) {
                clear(parent, path);
            }
            calls.mkdirat(parent, path.name(), entry.permissions() & 0777);
            if (there != null && isWhiteout(there)) {
                // Taken away and made anew: nothing that lower layers have in it is to be seen.
                calls.lsetxattr(parent, path.name(), OPAQUE, YES);
            }
        }
        describeDirectory(entry, path.full(), parent, path.name());
    }

    private void describeDirectory(TarEntry entry, String path, Descriptor parent, String name) {
        calls.fchownat(parent, name, entry.uid(), entry.gid(), AtFlags.SYMLINK_NO_FOLLOW);
        calls.fchmodat(parent, name, entry.permissions());
        attributes.set(parent, name, entry);
        directories.declared(path);
        Times times = new Times(entry.modificationSeconds(), entry.modificationNanoseconds());
        if (directoryTimes.containsKey(path) || memory.take(path)) {
            directoryTimes.put(path, times);
        } else {
            // More of them than there is room for: this one's time is right unless something is made in it later.
            setTimes(path, times);
            uncounted = true;
        }
    }

    private void makeNode(TarEntry entry, EntryPath path, Descriptor parent, int type) {
        replacing(parent, path, () -> {
            calls.mknodat(
                    parent, path.name(), type | (entry.permissions() & 0777), entry.deviceMajor(), entry.deviceMinor());
            return path;
        });
        describe(entry, parent, path.name());
        count(parent, path.name());
    }

    private void link(TarEntry entry, EntryPath path, Descriptor parent) {
        EntryPath target = EntryPath.parse(entry.linkTarget());
        if (target == null || target.isRoot()) {
            throw refused("is a hard link to \"" + Texts.shortened(entry.linkTarget()) + "\", outside of the layer");
        }
        if (target.equals(path)) {
            throw refused("is a hard link to itself");
        }
        try {
            Descriptor from = directories.openExisting(target.parent());
            replacing(parent, path, () -> {
                calls.linkat(from, target.name(), parent, path.name(), 0);
                return path;
            });
        } catch (SystemCallException e) {
            if (e.errno() == Errno.ENOENT) {
                throw refused("is a hard link to \"" + Texts.shortened(entry.linkTarget())
                        + "\", which the layer does not have");
            }
            throw e;
        }
    }

    private void takeAway(EntryPath path, Whiteout whiteout) {
        switch (whiteout) {
            case Whiteout.Ignored() -> {}
            case Whiteout.Malformed() -> throw refused("is a whiteout of nothing");
            case Whiteout.Opaque() -> makeOpaque(path.parent());
            case Whiteout.Removal(String name) -> {
                Descriptor parent = directories.open(path.parent());
                FileStatus there = calls.findStatus(parent, name, AtFlags.SYMLINK_NO_FOLLOW);
                if (there == null) {
                    calls.mknodat(parent, name, FileStatus.CHARACTER_DEVICE, 0, 0);
                    usage = usage.plus(new Usage(0, 1));
                } else if (there.isDirectory()) {
                    // The layer has made it anew already: only what lower layers have in it goes.
                    calls.lsetxattr(parent, name, OPAQUE, YES);
                }
            }
        }
    }

    private void makeOpaque(String path) {
        if (path.isEmpty()) {
            opaqueRoot = true;
            return;
        }
        Descriptor directory = directories.open(path);
        calls.lsetxattr(directory, ".", OPAQUE, YES);
    }

    /** Makes something; where the tar has the name twice, the later one wins. */
    private <T, E extends Exception> T replacing(Descriptor parent, EntryPath path, Maker<T, E> maker) throws E {
        try {
            return maker.make();
        } catch (SystemCallException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
        clear(parent, path);
        return maker.make();
    }

    @FunctionalInterface
    private interface Maker<T, E extends Exception> {
        T make() throws E;
    }

    private void clear(Descriptor parent, EntryPath path) {
        replaced = true;
        new TreeRemover(calls, root).remove(parent, path.name());
        // All names between "path/" and "path0", the character after the slash: those below it.
        directoryTimes.remove(path.full());
        directoryTimes.subMap(path.full() + "/", path.full() + "0").clear();
        directories.implied().subSet(path.full() + "/", path.full() + "0").clear();
        stale = true;
    }

    /** Owner, mode, attributes and time of what is neither a file nor a directory. */
    private void describe(TarEntry entry, Descriptor parent, String name) {
        if (entry.uid() != 0 || entry.gid() != 0) {
            calls.fchownat(parent, name, entry.uid(), entry.gid(), AtFlags.SYMLINK_NO_FOLLOW);
        }
        if (entry.type() != TarEntry.Type.SYMBOLIC_LINK && FileModes.needsChange(entry.permissions())) {
            calls.fchmodat(parent, name, entry.permissions());
        }
        attributes.set(parent, name, entry);
        calls.utimensat(
                parent,
                name,
                entry.modificationSeconds(),
                entry.modificationNanoseconds(),
                entry.modificationSeconds(),
                entry.modificationNanoseconds(),
                AtFlags.SYMLINK_NO_FOLLOW);
    }

    private void setTimes(String path, Times times) {
        EntryPath tidy = EntryPath.parse(path);
        if (tidy == null) {
            return;
        }
        Descriptor parent = tidy.isRoot() ? root : directories.openExisting(tidy.parent());
        calls.utimensat(
                parent,
                tidy.isRoot() ? "." : tidy.name(),
                times.seconds(),
                times.nanoseconds(),
                times.seconds(),
                times.nanoseconds(),
                AtFlags.SYMLINK_NO_FOLLOW);
    }

    private void countDirectory(String path) {
        count(directories.openExisting(path), ".");
    }

    private void count(Descriptor parent, String name) {
        long blocks = calls.fstatat(parent, name, AtFlags.SYMLINK_NO_FOLLOW).blocks();
        usage = usage.plus(new Usage(blocks * 512, 1));
    }

    private static boolean isWhiteout(FileStatus status) {
        return status.type() == FileStatus.CHARACTER_DEVICE && status.specialMajor() == 0 && status.specialMinor() == 0;
    }

    private static String named(TarEntry entry) {
        return "entry \"" + Texts.shortened(entry.path()) + "\"";
    }

    private static ImageException refused(String problem) {
        return new ImageException(ImageException.Kind.INVALID_CONTENT, "it " + problem);
    }

    @Override
    public void close() {
        memory.close();
        directories.close();
    }
}

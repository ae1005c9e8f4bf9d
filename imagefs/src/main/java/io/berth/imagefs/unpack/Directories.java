package io.berth.imagefs.unpack;

import io.berth.imagefs.ImageException;
import io.berth.kernel.Descriptor;
import io.berth.kernel.Errno;
import io.berth.kernel.FileCalls;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Handles on the directories of a layer under construction. Every path is walked by the kernel with the layer as its
 * root, so that no symbolic link leads out of it; directories that no entry has made yet are made. Recently used
 * handles are kept. For one thread.
 */
final class Directories implements AutoCloseable {
    private static final int KEPT = 32;
    private static final int MOST_LINKS = 40;
    /** Characters of their paths, together: they stay with the layer's record. */
    private static final int MOST_IMPLIED = 256 << 10;

    private static final int IMPLIED_MODE = 0755;
    private static final OpenHow PLACE = new OpenHow(OpenHow.PATH | OpenHow.DIRECTORY, 0, 0).inRoot();

    private final FileCalls calls;
    private final Descriptor root;
    private final Map<String, Descriptor> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final NavigableSet<String> implied = new TreeSet<>();
    private int impliedCharacters;

    Directories(FileCalls calls, Descriptor root) {
        this.calls = calls;
        this.root = root;
    }

    /** A handle on a directory, made when missing; valid until the next call. */
    Descriptor open(String path) {
        return open(path, 0);
    }

    /** A handle on a directory that must be there; valid until the next call. */
    Descriptor openExisting(String path) {
        if (path.isEmpty()) {
            return root;
        }
        Descriptor known = kept.get(path);
        return known != null ? known : keep(path, calls.openat2(root, path, PLACE));
    }

    /** Directories that exist only because something lies in them: their owners and modes are made up. */
    NavigableSet<String> implied() {
        return implied;
    }

    /** Says that an entry of its own gave this directory its owner and mode. */
    void declared(String path) {
        implied.remove(path);
    }

    /** Forgets all handles: something that was there may have been replaced. */
    void forget() {
        kept.values().forEach(Descriptor::close);
        kept.clear();
    }

    private Descriptor open(String path, int depth) {
        try {
            return openExisting(path);
        } catch (SystemCallException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
        if (depth > MOST_LINKS + path.length()) {
            throw new ImageException(
                    ImageException.Kind.INVALID_CONTENT, "\"" + path + "\" leads through too many symbolic links");
        }
        make(path, depth);
        return openExisting(path);
    }

    private void make(String path, int depth) {
        int slash = path.lastIndexOf('/');
        String parent = slash < 0 ? "" : path.substring(0, slash);
        String name = path.substring(slash + 1);
        Descriptor directory = open(parent, depth + 1);
        try {
            calls.mkdirat(directory, name, IMPLIED_MODE);
            impliedCharacters += path.length();
            if (impliedCharacters <= MOST_IMPLIED) {
                implied.add(path);
            }
        } catch (SystemCallException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            // A symbolic link whose target is not there (yet, or in this layer): make the target.
            String target = calls.readlinkat(directory, name);
            String joined = target.startsWith("/") || parent.isEmpty() ? target : parent + "/" + target;
            String tidy = EntryPath.tidied(joined);
            open(tidy == null ? "" : tidy, depth + MOST_LINKS / 8);
        }
    }

    private Descriptor keep(String path, Descriptor descriptor) {
        if (kept.size() >= KEPT) {
            String eldest = kept.keySet().iterator().next();
            Descriptor old = kept.remove(eldest);
            if (old != null) {
                old.close();
            }
        }
        kept.put(path, descriptor);
        return descriptor;
    }

    @Override
    public void close() {
        forget();
    }
}

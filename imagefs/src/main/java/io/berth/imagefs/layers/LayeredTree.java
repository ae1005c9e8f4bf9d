package io.berth.imagefs.layers;

import io.berth.imagefs.ImageException;
import io.berth.kernel.AtFlags;
import io.berth.kernel.Descriptor;
import io.berth.kernel.FileStatus;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCalls;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stack of layers seen as overlayfs would merge them, without mounting anything: enough to find a file. Component by
 * component, so that no symbolic link, whatever it says, leads out of the layers. For one thread.
 */
public final class LayeredTree implements AutoCloseable {
    private static final int MOST_LINKS = 40;
    private static final int MOST_COMPONENTS = 256;
    private static final String OPAQUE = "trusted.overlay.opaque";
    private static final OpenHow PLACE =
            new OpenHow(OpenHow.PATH | OpenHow.DIRECTORY | OpenHow.NO_FOLLOW, 0, 0).beneath();

    private final SystemCalls calls;
    private final List<Descriptor> opened = new ArrayList<>();
    private final List<Part> root = new ArrayList<>();

    /**
     * Looks at layers.
     *
     * @param root their directories, the topmost first; they stay the caller's
     */
    public LayeredTree(SystemCalls calls, List<Descriptor> root) {
        this.calls = calls;
        for (int layer = 0; layer < root.size(); layer++) {
            this.root.add(new Part(layer, root.get(layer)));
        }
    }

    /**
     * What one layer has of a directory.
     *
     * @param layer its place among the layers, 0 for the topmost
     * @param directory valid until the tree is closed
     */
    public record Part(int layer, Descriptor directory) {}

    /** What a name is in a directory that several layers share. */
    private sealed interface Found {
        record Nothing() implements Found {}

        record Directory(List<Part> parts) implements Found {}

        record Other(Descriptor parent, String name, FileStatus status) implements Found {}
    }

    /**
     * Opens a regular file for reading; null where there is none.
     *
     * @throws ImageException of kind INVALID_CONTENT where it is something else, such as a FIFO or a device
     */
    public @Nullable Descriptor openFile(String path) {
        return switch (find(path)) {
            case Found.Nothing() -> null;
            case Found.Other(Descriptor parent, String name, FileStatus status)
            when status.isRegularFile() ->
                calls.openat2(
                        parent,
                        name,
                        OpenHow.reading()
                                .withFlags(OpenHow.NO_FOLLOW | OpenHow.NON_BLOCKING)
                                .beneath());
            case Found.Other _, Found.Directory _ ->
                throw new ImageException(
                        ImageException.Kind.INVALID_CONTENT, "the image's /" + path + " is not a regular file");
        };
    }

    /** Whether there is anything of that name, symbolic links followed. */
    public boolean exists(String path) {
        return !(find(path) instanceof Found.Nothing);
    }

    private Found find(String path) {
        Deque<List<Part>> trail = new ArrayDeque<>();
        Deque<String> left = new ArrayDeque<>(Arrays.asList(path.split("/", -1)));
        int links = 0;
        int components = 0;
        while (!left.isEmpty()) {
            String name = left.pop();
            if (++components > MOST_COMPONENTS) {
                throw tangled(path);
            }
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                trail.poll();
                continue;
            }
            List<Part> here = trail.isEmpty() ? root : trail.getFirst();
            switch (lookUp(here, name)) {
                case Found.Nothing nothing -> {
                    return nothing;
                }
                case Found.Directory(List<Part> parts) -> trail.push(parts);
                case Found.Other other -> {
                    if (other.status().isSymbolicLink()) {
                        if (++links > MOST_LINKS) {
                            throw tangled(path);
                        }
                        String target = calls.readlinkat(other.parent(), other.name());
                        if (target.startsWith("/")) {
                            trail.clear();
                        }
                        List<String> target0 = Arrays.asList(target.split("/", -1));
                        target0.reversed().forEach(left::push);
                    } else {
                        return left.isEmpty() ? other : new Found.Nothing();
                    }
                }
            }
        }
        return new Found.Directory(trail.isEmpty() ? root : trail.getFirst());
    }

    /** The parts of a directory, the topmost first; empty where there is no directory. No symbolic link is followed. */
    public List<Part> directory(String path) {
        List<Part> here = root;
        for (String name : path.split("/", -1)) {
            if (!name.isEmpty()) {
                here = lookUp(here, name) instanceof Found.Directory(List<Part> parts) ? parts : List.of();
            }
        }
        return here;
    }

    private Found lookUp(List<Part> directories, String name) {
        List<Part> parts = new ArrayList<>();
        for (Part above : directories) {
            Descriptor directory = above.directory();
            FileStatus status = calls.findStatus(directory, name, AtFlags.SYMLINK_NO_FOLLOW);
            if (status == null) {
                continue;
            }
            if (!status.isDirectory()) {
                if (parts.isEmpty() && !isWhiteout(status)) {
                    return new Found.Other(directory, name, status);
                }
                break;
            }
            Descriptor part = calls.openat2(directory, name, PLACE);
            opened.add(part);
            parts.add(new Part(above.layer(), part));
            byte[] opaque = calls.lgetxattr(directory, name, OPAQUE);
            if (opaque != null && opaque.length > 0 && opaque[0] == 'y') {
                break;
            }
        }
        return parts.isEmpty() ? new Found.Nothing() : new Found.Directory(parts);
    }

    private static boolean isWhiteout(FileStatus status) {
        return status.type() == FileStatus.CHARACTER_DEVICE && status.specialMajor() == 0 && status.specialMinor() == 0;
    }

    private static ImageException tangled(String path) {
        return new ImageException(
                ImageException.Kind.INVALID_CONTENT, "the image's /" + path + " leads through too many symbolic links");
    }

    @Override
    public void close() {
        opened.forEach(Descriptor::close);
        opened.clear();
    }
}

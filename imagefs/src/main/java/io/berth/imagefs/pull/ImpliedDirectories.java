package io.berth.imagefs.pull;

import io.berth.imagefs.Usage;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.layers.LayerStore;
import io.berth.imagefs.layers.LayeredTree;
import io.berth.imagefs.unpack.StorageFailures;
import io.berth.imagefs.unpack.UnpackedLayer;
import io.berth.kernel.AtFlags;
import io.berth.kernel.Descriptor;
import io.berth.kernel.FileStatus;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts right what a layer that is unpacked without its lower layers gets wrong: a tar may hold {@code tmp/x} and say
 * nothing of {@code tmp}, whose owner and mode are then a lower layer's (0 and 1777) and not those that unpacking made
 * up. Layers stay shared as they are; the right owners and modes go into a small layer of directories alone on top of
 * the image's own.
 */
final class ImpliedDirectories {
    private static final OpenHow PLACE = new OpenHow(OpenHow.PATH | OpenHow.DIRECTORY, 0, 0).beneath();

    private final SystemCalls calls;

    ImpliedDirectories(SystemCalls calls) {
        this.calls = calls;
    }

    /**
     * Makes the layer where one is needed.
     *
     * @param diffIds of the image's layers, lowest first, all held by the lease
     * @return its key, to be put on top, or null
     */
    @Nullable
    Digest correct(LayerStore.Lease lease, List<Digest> diffIds) {
        List<Digest> stack = distinctFromTop(diffIds);
        List<Set<String>> implied = new ArrayList<>();
        Set<String> all = new TreeSet<>();
        for (Digest diffId : stack) {
            Set<String> own = new HashSet<>(lease.impliedDirectories(diffId));
            own.remove("");
            implied.add(own);
            all.addAll(own);
        }
        if (all.isEmpty() || stack.size() < 2) {
            return null;
        }
        Map<String, FileStatus> corrections = corrections(lease, stack, implied, all);
        if (corrections.isEmpty()) {
            return null;
        }
        Digest key = key(corrections);
        lease.require(key, directory -> write(directory, corrections), () -> false);
        return key;
    }

    private Map<String, FileStatus> corrections(
            LayerStore.Lease lease, List<Digest> stack, List<Set<String>> implied, Set<String> all) {
        List<Descriptor> roots = new ArrayList<>();
        try {
            for (Digest diffId : stack) {
                roots.add(lease.open(diffId));
            }
            Map<String, FileStatus> corrections = new TreeMap<>();
            for (String path : all) {
                try (LayeredTree tree = new LayeredTree(calls, roots)) {
                    List<LayeredTree.Part> parts = tree.directory(path);
                    if (!parts.isEmpty() && differs(parts, described(parts, implied, path))) {
                        addWithParents(tree, implied, path, corrections);
                    }
                }
            }
            return corrections;
        } catch (SystemCallException e) {
            throw StorageFailures.of("comparing layers", e);
        } finally {
            roots.forEach(Descriptor::close);
        }
    }

    private boolean differs(List<LayeredTree.Part> parts, LayeredTree.Part described) {
        FileStatus seen = calls.fstat(parts.getFirst().directory());
        FileStatus right = calls.fstat(described.directory());
        return seen.permissions() != right.permissions() || seen.uid() != right.uid() || seen.gid() != right.gid();
    }

    /** A directory can only be corrected in a layer that has its parents too, which must look right then themselves. */
    private void addWithParents(
            LayeredTree tree, List<Set<String>> implied, String path, Map<String, FileStatus> corrections) {
        String current = path;
        while (!current.isEmpty()) {
            LayeredTree.Part described = described(tree.directory(current), implied, current);
            corrections.put(current, calls.fstat(described.directory()));
            current = current.substring(0, Math.max(0, current.lastIndexOf('/')));
        }
    }

    /** The topmost part that an entry describes; the lowest where none does. */
    private static LayeredTree.Part described(List<LayeredTree.Part> parts, List<Set<String>> implied, String path) {
        return parts.stream()
                .filter(part -> !implied.get(part.layer()).contains(path))
                .findFirst()
                .orElse(parts.getLast());
    }

    private UnpackedLayer write(Descriptor root, Map<String, FileStatus> corrections) {
        Usage usage = new Usage(calls.fstat(root).blocks() * 512, 1);
        for (Map.Entry<String, FileStatus> correction : corrections.entrySet()) {
            String path = correction.getKey();
            FileStatus status = correction.getValue();
            int slash = path.lastIndexOf('/');
            try (Descriptor parent = calls.openat2(root, slash < 0 ? "." : path.substring(0, slash), PLACE)) {
                String name = path.substring(slash + 1);
                calls.mkdirat(parent, name, 0755);
                calls.fchownat(parent, name, status.uid(), status.gid(), AtFlags.SYMLINK_NO_FOLLOW);
                calls.fchmodat(parent, name, status.permissions());
                usage = usage.plus(new Usage(calls.fstatat(parent, name, 0).blocks() * 512, 1));
            }
        }
        return new UnpackedLayer(usage, false, List.of(""));
    }

    private static Digest key(Map<String, FileStatus> corrections) {
        String text = corrections.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue().permissions() + " "
                        + entry.getValue().uid() + " " + entry.getValue().gid())
                .collect(Collectors.joining("\n", "directories\n", "\n"));
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A layer that comes twice counts where it is uppermost, as in the mount. */
    private static List<Digest> distinctFromTop(List<Digest> diffIds) {
        List<Digest> stack = new ArrayList<>();
        for (Digest diffId : diffIds.reversed()) {
            if (!stack.contains(diffId)) {
                stack.add(diffId);
            }
        }
        return stack;
    }
}

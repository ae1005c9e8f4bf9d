package io.berth.server.node;

import io.berth.proto.v1.GetImageTreeResponse;
import io.berth.proto.v1.TreeImage;
import io.berth.proto.v1.TreeLayer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Images drawn as a tree: an image stands below the one whose layers it adds to. Layers that several images have in
 * common without being an image themselves get a line of their own; a run of layers that only one has is summed up.
 */
final class ImageTree {
    private final Map<String, List<TreeLayer>> children = new LinkedHashMap<>();
    private final Map<String, List<TreeImage>> images = new HashMap<>();
    private final StringBuilder text = new StringBuilder();

    private ImageTree(GetImageTreeResponse tree) {
        tree.getLayersList()
                .forEach(layer -> children.computeIfAbsent(layer.getParentChainId(), key -> new ArrayList<>())
                        .add(layer));
        tree.getImagesList()
                .forEach(image -> images.computeIfAbsent(image.getTopChainId(), key -> new ArrayList<>())
                        .add(image));
    }

    static String of(GetImageTreeResponse tree) {
        if (tree.getImagesCount() == 0) {
            return "There are no images.\n";
        }
        ImageTree drawn = new ImageTree(tree);
        drawn.images.getOrDefault("", List.of()).forEach(image -> drawn.line("", describe(image, 0, 0)));
        drawn.children.getOrDefault("", List.of()).forEach(layer -> drawn.draw(layer, "", ""));
        return drawn.text + summary(tree);
    }

    /** Draws what begins with a layer: the run up to the next image or fork, and what stands on that. */
    private void draw(TreeLayer first, String prefix, String below) {
        int layers = 1;
        long bytes = first.getBytes();
        TreeLayer top = first;
        while (!images.containsKey(top.getChainId()) && childrenOf(top).size() == 1) {
            top = childrenOf(top).getFirst();
            layers++;
            bytes += top.getBytes();
        }
        List<TreeImage> here = images.getOrDefault(top.getChainId(), List.of());
        if (here.isEmpty()) {
            line(
                    prefix,
                    counted(layers, "layer") + ", " + Amounts.bytes(bytes) + ", shared by "
                            + counted(top.getImages(), "image"));
        } else {
            line(prefix, describe(here.getFirst(), layers, bytes));
            // The same layers under another configuration.
            for (TreeImage other : here.subList(1, here.size())) {
                line(below, describe(other, 0, 0));
            }
        }
        List<TreeLayer> above = childrenOf(top);
        for (int i = 0; i < above.size(); i++) {
            boolean last = i == above.size() - 1;
            draw(above.get(i), below + (last ? "└─ " : "├─ "), below + (last ? "   " : "│  "));
        }
    }

    private List<TreeLayer> childrenOf(TreeLayer layer) {
        return children.getOrDefault(layer.getChainId(), List.of());
    }

    private void line(String prefix, String line) {
        text.append(prefix).append(line).append('\n');
    }

    private static String describe(TreeImage image, int layers, long added) {
        List<String> names = image.getTagsCount() > 0 ? image.getTagsList() : image.getDigestsList();
        StringBuilder line = new StringBuilder(Amounts.shortId(image.getId()));
        if (!names.isEmpty()) {
            line.append("  ").append(String.join(", ", names));
        }
        line.append("  ").append(Amounts.bytes(image.getBytes()));
        line.append(" (")
                .append(counted(layers, "layer"))
                .append(" here, ")
                .append(Amounts.bytes(added))
                .append(')');
        if (image.getSnapshots() > 0) {
            line.append(", ").append(counted(image.getSnapshots(), "container"));
        }
        return line + (image.getPinned() ? ", pinned" : "");
    }

    private static String counted(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String summary(GetImageTreeResponse tree) {
        Map<String, Long> once = tree.getLayersList().stream()
                .collect(Collectors.toMap(TreeLayer::getDiffId, TreeLayer::getBytes, (one, same) -> one));
        long bytes = once.values().stream().mapToLong(Long::longValue).sum();
        return counted(tree.getImagesCount(), "image") + ", " + counted(once.size(), "layer") + ", "
                + Amounts.bytes(bytes) + " on disk\n";
    }
}

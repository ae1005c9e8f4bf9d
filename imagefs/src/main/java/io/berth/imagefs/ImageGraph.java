package io.berth.imagefs;

import io.berth.imagefs.content.ChainId;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.store.LayerRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands on what: a forest of layers with the images on them, as it was at one moment. A layer's files are kept
 * once whatever lies below them, so one diff ID may be several nodes, whose sizes must not be added up then.
 *
 * @param layers by chain ID, each after its parent
 * @param images oldest first
 */
public record ImageGraph(Map<String, Layer> layers, List<Leaf> images) {
    public ImageGraph {
        layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
        images = List.copyOf(images);
    }

    /**
     * A layer as some images have it: above its parent.
     *
     * @param chainId what the stack up to this layer is called
     * @param parent the chain ID of the layer below; null for a lowest one
     * @param diffId digest of its uncompressed tar; a made-up key for one that Berth has put on top itself
     * @param usage what its own files take on disk
     * @param children chain IDs of the layers right above
     * @param images ids of the images that have it
     */
    public record Layer(
            String chainId,
            @Nullable String parent,
            Digest diffId,
            Usage usage,
            List<String> children,
            List<String> images) {
        public Layer {
            children = List.copyOf(children);
            images = List.copyOf(images);
        }
    }

    /**
     * An image.
     *
     * @param top chain ID of its topmost layer; null where it has none
     * @param snapshots keys of the writable layers made from it
     */
    public record Leaf(Image image, @Nullable String top, List<String> snapshots) {
        public Leaf {
            snapshots = List.copyOf(snapshots);
        }
    }

    /** Puts one together. */
    static final class Builder {
        private final Map<String, Node> nodes = new LinkedHashMap<>();
        private final List<Leaf> leaves = new ArrayList<>();

        private record Node(@Nullable String parent, LayerRecord layer, List<String> children, List<String> images) {}

        /** Adds an image with its layers, lowest first. */
        void add(Image image, List<LayerRecord> stack, List<String> snapshots) {
            List<Digest> diffIds = new ArrayList<>();
            Node parent = null;
            String below = null;
            for (LayerRecord layer : stack) {
                diffIds.add(layer.diffId());
                String chainId = ChainId.of(diffIds);
                Node known = nodes.get(chainId);
                if (known == null) {
                    known = new Node(below, layer, new ArrayList<>(), new ArrayList<>());
                    nodes.put(chainId, known);
                    if (parent != null) {
                        parent.children().add(chainId);
                    }
                }
                known.images().add(image.id());
                parent = known;
                below = chainId;
            }
            leaves.add(new Leaf(image, below, snapshots));
        }

        ImageGraph build() {
            Map<String, Layer> layers = new LinkedHashMap<>();
            nodes.forEach((chainId, node) -> layers.put(
                    chainId,
                    new Layer(
                            chainId,
                            node.parent(),
                            node.layer().diffId(),
                            node.layer().usage(),
                            node.children(),
                            node.images())));
            return new ImageGraph(layers, leaves);
        }
    }
}

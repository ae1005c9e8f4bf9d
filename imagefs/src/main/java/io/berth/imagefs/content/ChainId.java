package io.berth.imagefs.content;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Chain IDs: what a stack of layers is called (OCI image specification, config.md, "Layer ChainID"). */
public final class ChainId {
    private ChainId() {}

    /** The chain ID of some layers, lowest first; empty where there are none. */
    public static String of(List<Digest> diffIds) {
        String chain = "";
        for (Digest diffId : diffIds) {
            chain = chain.isEmpty()
                    ? diffId.toString()
                    : Digest.of((chain + " " + diffId).getBytes(StandardCharsets.US_ASCII))
                            .toString();
        }
        return chain;
    }
}

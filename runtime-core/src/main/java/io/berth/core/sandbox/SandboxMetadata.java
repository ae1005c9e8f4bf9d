package io.berth.core.sandbox;

/** The parts of a sandbox's name; together they are unique on the node. */
public record SandboxMetadata(String name, String uid, String namespace, int attempt) {
    /** The reserved name. */
    public String reservedName() {
        return name + "_" + namespace + "_" + uid + "_" + Integer.toUnsignedString(attempt);
    }
}

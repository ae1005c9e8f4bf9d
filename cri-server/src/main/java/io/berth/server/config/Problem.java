package io.berth.server.config;

/** One thing that is wrong with the configuration. */
record Problem(Origin origin, TomlKey key, String message) {
    @Override
    public String toString() {
        return origin + ": " + key + ": " + message;
    }
}

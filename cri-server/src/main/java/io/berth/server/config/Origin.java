package io.berth.server.config;

import java.nio.file.Path;

/**
 * Where a value was written.
 *
 * @param line from 1; 0 where it could not be told
 */
record Origin(Path file, int line) {
    @Override
    public String toString() {
        return line == 0 ? file.toString() : file + ":" + line;
    }
}

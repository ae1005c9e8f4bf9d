package io.berth.server.config;

import java.nio.file.Path;
import java.util.List;

/**
 * The Container Device Interface.
 *
 * @param directories where vendors say what their devices are, those further back win
 */
public record CdiConfig(List<Path> directories) {
    static CdiConfig read(Section section) {
        return new CdiConfig(
                section.texts("directories", List.of("/etc/cdi", "/var/run/cdi"), """
                        Where vendors' files say what a container needs for a device; those further back win. Empty: no CDI.""", Check.ABSOLUTE_PATH).stream()
                        .map(Path::of)
                        .toList());
    }
}

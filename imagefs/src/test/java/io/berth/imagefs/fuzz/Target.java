package io.berth.imagefs.fuzz;

import io.berth.imagefs.content.ManifestFuzz;
import io.berth.imagefs.reference.ReferenceFuzz;
import io.berth.imagefs.registry.ChallengeFuzz;
import io.berth.imagefs.tar.TarReaderFuzz;
import io.berth.imagefs.unpack.DecoderFuzz;
import io.berth.imagefs.unpack.LayerFuzz;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A reader of what strangers send.
 *
 * @param name of the directory with the inputs that once failed, beside this package's tests
 * @param type has the {@code fuzzerTestOneInput} that Jazzer looks for
 * @param needsRoot whether it makes device nodes and the like
 */
record Target(String name, Class<?> type, Consumer<byte[]> run, Map<String, byte[]> seeds, boolean needsRoot) {
    static List<Target> all() {
        return List.of(
                new Target("tar", TarReaderFuzz.class, TarReaderFuzz::fuzzerTestOneInput, Seeds.tars(), false),
                new Target("layer", LayerFuzz.class, LayerFuzz::fuzzerTestOneInput, Seeds.tars(), true),
                new Target("decoder", DecoderFuzz.class, DecoderFuzz::fuzzerTestOneInput, Seeds.blobs(), false),
                new Target("manifest", ManifestFuzz.class, ManifestFuzz::fuzzerTestOneInput, Seeds.documents(), false),
                new Target("challenge", ChallengeFuzz.class, ChallengeFuzz::fuzzerTestOneInput, Seeds.headers(), false),
                new Target(
                        "reference",
                        ReferenceFuzz.class,
                        ReferenceFuzz::fuzzerTestOneInput,
                        Seeds.references(),
                        false));
    }

    @Override
    public String toString() {
        return name;
    }
}

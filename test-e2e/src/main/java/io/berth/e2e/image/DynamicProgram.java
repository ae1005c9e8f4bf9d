package io.berth.e2e.image;

import io.berth.e2e.process.Command;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Programs of the distribution, with the shared libraries that they need, as entries of a layer. */
public final class DynamicProgram {
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

    private DynamicProgram() {}

    /**
     * Writes programs, their libraries and the directories of both.
     *
     * @param programs where each program goes in the image, without a leading slash, and where it is on this machine
     * @param mode of the programs; libraries get 0755
     */
    public static void write(TarWriter tar, Map<String, Path> programs, int mode) {
        Map<String, Path> libraries = new TreeMap<>();
        programs.values()
                .forEach(program -> LIBRARY.matcher(Command.output("ldd", program.toString()))
                        .results()
                        .map((MatchResult match) -> match.group(1))
                        .forEach(library -> libraries.put(library.substring(1), Path.of(library))));
        writeParents(tar, libraries.keySet().toArray(String[]::new));
        writeParents(tar, programs.keySet().toArray(String[]::new));
        libraries.forEach((name, file) -> tar.file(name, Busybox.bytes(file), 0755));
        programs.forEach((name, file) -> tar.file(name, Busybox.bytes(file), mode));
    }

    /** Writes the directories that these paths are in, each once, the upper ones first. */
    static void writeParents(TarWriter tar, String... paths) {
        NavigableSet<String> directories = new TreeSet<>();
        List<String> all = Arrays.asList(paths);
        for (String path : all) {
            for (Path parent = Path.of(path).getParent(); parent != null; parent = parent.getParent()) {
                directories.add(parent.toString());
            }
        }
        directories.forEach(directory -> tar.directory(directory, 0755));
    }
}

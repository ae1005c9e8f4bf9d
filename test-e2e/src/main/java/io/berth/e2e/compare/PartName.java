package io.berth.e2e.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The parts of the benchmark in the order in which they are measured; the command line has their names in lower case.
 */
enum PartName {
    CALLS,
    LISTS,
    PODS,
    EXEC,
    LOGS,
    PULL,
    CROWD,
    MEMORY,
    PROBES,
    RESTART;

    static PartName of(String word) {
        return Stream.of(values())
                .filter(part -> part.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no part \"" + word + "\", but there are "
                        + Stream.of(values()).map(PartName::word).collect(Collectors.joining(", "))));
    }

    /** What does it; those that need many pods to stand share them. */
    static List<Part> parts(Set<PartName> chosen) {
        List<Part> parts = new ArrayList<>();
        List<Standing> standing = new ArrayList<>();
        for (PartName name : values()) {
            if (chosen.contains(name)) {
                switch (name.job()) {
                    case Part part -> parts.add(part);
                    case Standing each -> standing.add(each);
                }
            }
        }
        if (!standing.isEmpty()) {
            parts.add(new StandingPart(standing));
        }
        return parts;
    }

    private Job job() {
        return switch (this) {
            case CALLS -> new CallPart();
            case LISTS -> new ListPart();
            case PODS -> new RatePart();
            case EXEC -> new ExecPart();
            case LOGS -> new LogPart();
            case PULL -> new PullPart();
            case CROWD -> new CrowdPart();
            case MEMORY -> new StandingMemory();
            case PROBES -> new StandingProbes();
            case RESTART -> new StandingRestart();
        };
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

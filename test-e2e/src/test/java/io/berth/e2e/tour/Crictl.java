package io.berth.e2e.tour;

import io.berth.e2e.process.Command;
import io.berth.e2e.process.Places;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The real {@code crictl} of the machine, speaking to one daemon. */
record Crictl(Path program, Path socket) {
    static Optional<Path> find() {
        return Places.findTool("crictl");
    }

    /** Runs a command that must succeed; returns its output. */
    String run(String... arguments) {
        return Command.output(command(arguments).toArray(String[]::new));
    }

    /** Runs a command however it ends. */
    Command.Result attempt(String... arguments) {
        return Command.run(command(arguments));
    }

    List<String> command(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        String endpoint = "unix://" + socket;
        command.addAll(List.of("--runtime-endpoint", endpoint, "--image-endpoint", endpoint, "--timeout", "60s"));
        command.addAll(List.of(arguments));
        return command;
    }
}

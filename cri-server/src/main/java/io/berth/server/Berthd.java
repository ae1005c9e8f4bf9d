package io.berth.server;

import io.berth.server.command.CommandLine;
import io.berth.server.logging.LoggingProvider;
import java.util.List;

/** The daemon's main class. */
public final class Berthd {
    private Berthd() {}

    /** Runs the command line and ends the process with its status. */
    @SuppressWarnings("SystemExitOutsideMain")
    public static void main(String[] arguments) {
        LoggingProvider.install();
        int status = new CommandLine(System.out, System.err).run(List.of(arguments));
        System.exit(status);
    }
}

package io.berth.server.command;

import io.berth.server.BuildInformation;
import io.berth.server.config.BerthConfig;
import io.berth.server.config.ConfigException;
import io.berth.server.config.ConfigLoader;
import io.berth.server.config.ConfigPrinter;
import io.berth.server.config.ReadConfig;
import io.berth.server.daemon.Daemon;
import io.berth.server.daemon.HeadStart;
import io.berth.server.daemon.StartupException;
import io.berth.server.node.NodeCommands;
import java.io.PrintStream;
import java.util.List;

/** Does what a command line asks for. */
public final class CommandLine {
    private static final int FAILURE = 1;
    private static final int USAGE = 2;

    private static final String HELP = """
            berthd - the Berth container runtime: serves the Kubernetes CRI v1 on a unix socket

            berthd [--config FILE]                   run the daemon
            berthd config default                    print the default configuration, explained
            berthd config dump [--config FILE]       print the configuration in force
            berthd config validate [--config FILE]   check the configuration
            berthd pulls [--config FILE]             show what the running daemon pulls
            berthd images --tree [--config FILE]     show its images and the layers that they share
            berthd --version
            berthd --help

            Without --config the configuration is %s, if it is there.
            Files *.toml in the directory config.d beside it are read after it.
            """.replace("%s", ConfigLoader.DEFAULT_FILE.toString());

    private final PrintStream output;
    private final PrintStream errors;

    public CommandLine(PrintStream output, PrintStream errors) {
        this.output = output;
        this.errors = errors;
    }

    /** Returns the exit status; for the daemon itself when it has ended. */
    public int run(List<String> arguments) {
        try {
            return run(Invocation.parse(arguments));
        } catch (UsageException e) {
            errors.println("berthd: " + e.getMessage() + " (berthd --help says more)");
            return USAGE;
        } catch (ConfigException e) {
            e.lines().forEach(line -> errors.println("berthd: " + line));
            return FAILURE;
        } catch (StartupException | NodeCommands.Failure e) {
            errors.println("berthd: " + e.getMessage());
            return FAILURE;
        }
    }

    private int run(Invocation invocation) {
        // No switch here: its first one costs the daemon's start 15 ms.
        if (invocation instanceof Invocation.Serve serve) {
            HeadStart.begin();
            Daemon.run(load(serve.file()));
        } else if (invocation instanceof Invocation.Command command) {
            answer(command);
        }
        output.flush();
        return 0;
    }

    private void answer(Invocation.Command command) {
        switch (command) {
            case Invocation.Help _ -> output.print(HELP);
            case Invocation.Version _ -> output.println("berthd " + BuildInformation.version());
            case Invocation.ConfigDefault _ -> output.print(ConfigPrinter.print(BerthConfig.settings(), true));
            case Invocation.ConfigDump dump ->
                output.print(ConfigPrinter.print(load(dump.file()).settings(), false));
            case Invocation.ConfigValidate validate -> {
                load(validate.file());
                output.println("The configuration is valid.");
            }
            case Invocation.Pulls pulls -> output.print(commands(pulls.file()).pulls());
            case Invocation.ImageTree tree -> output.print(commands(tree.file()).imageTree());
        }
    }

    private static NodeCommands commands(Invocation.ConfigFile file) {
        return new NodeCommands(load(file).config().socket());
    }

    private static ReadConfig load(Invocation.ConfigFile file) {
        return ConfigLoader.load(file.path(), file.required());
    }
}

package io.berth.e2e.compare;

import io.berth.e2e.daemon.BerthDaemon;
import io.berth.e2e.daemon.CriClient;
import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.process.Command;
import io.berth.e2e.process.Places;
import java.nio.file.Path;
import java.util.List;

/** The distribution's berthd. */
final class BerthContender implements Contender {
    private final BerthDaemon daemon;
    private final Path disk;

    private BerthContender(BerthDaemon daemon, Path disk) {
        this.daemon = daemon;
        this.disk = disk;
    }

    /**
     * Starts a daemon.
     *
     * @param volatileDirectory for what lasts as long as the machine is up, as /run
     * @param disk for all else
     */
    static BerthContender start(Path volatileDirectory, Path disk) {
        DaemonConfig config = DaemonConfig.in(volatileDirectory)
                .with(
                        "",
                        "state_directory",
                        DaemonConfig.text(disk.resolve("state").toString()))
                .with("network", "ipv4_range", "\"10.99.0.0/16\"");
        return new BerthContender(BerthDaemon.start(config, CriClient::drivenByThisThread), disk);
    }

    @Override
    public String name() {
        return "berth";
    }

    @Override
    public String versions() {
        return Command.output(Places.distribution().resolve("bin/berthd").toString(), "--version");
    }

    @Override
    public CriClient client() {
        return daemon.client();
    }

    @Override
    public Path logs() {
        return disk.resolve("logs");
    }

    @Override
    public List<Path> directories() {
        return List.of(daemon.config().runDirectory(), disk.resolve("state"));
    }

    @Override
    public long daemon() {
        return daemon.pid();
    }

    @Override
    public List<Long> helpers() {
        return daemon.shims();
    }

    @Override
    public void terminate() {
        daemon.terminate();
    }

    @Override
    public void start() {
        daemon.start();
    }

    @Override
    public void close() {
        daemon.close();
    }
}

package io.berth.core.lifecycle;

import io.berth.core.cgroup.CgroupSetting;
import io.berth.core.cgroup.CgroupSettings;
import io.berth.core.cgroup.LinuxResources;
import io.berth.core.cgroup.OomScores;
import io.berth.core.container.Container;
import io.berth.core.container.ContainerState;
import io.berth.core.error.BerthException;
import io.berth.core.error.Translation;
import io.berth.core.spec.OciSpec;
import io.berth.core.spec.SpecJson;
import io.berth.core.state.ContainerRecord;
import io.berth.proto.shim.v1.LaunchPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * UpdateContainerResources: all of what was asked for, or nothing. What the request does not say stays as it is. The
 * record is written last, so that what a status says after a restart is what the kernel was told.
 */
final class ResourceUpdater {
    private static final Path PROC = Path.of("/proc");

    private final Parts parts;

    ResourceUpdater(Parts parts) {
        this.parts = parts;
    }

    void update(String id, LinuxResources resources) {
        ContainerEntry entry = parts.containers().get(id);
        PluginHooks.Updated asked;
        try (Held _ = Held.of(entry.lock(), parts.config().lockDeadline(), "the container " + entry.id())) {
            requireNotExited(entry);
            asked = parts.plugins().update(parts, entry, resources);
            applyHeld(entry, asked.resources());
        } catch (RuntimeException failure) {
            throw Translation.of("updating the limits of the container " + entry.id(), failure);
        }
        // Without the lock: what is asked for others may wait for theirs.
        parts.plugins().apply(asked.others(), true);
        parts.plugins().updated(parts, entry);
    }

    /** The same without asking anybody, for who has the time to wait for another operation to end. */
    void apply(ContainerEntry entry, LinuxResources resources, Duration lockDeadline) {
        try (Held _ = Held.of(entry.lock(), lockDeadline, "the container " + entry.id())) {
            requireNotExited(entry);
            applyHeld(entry, resources);
        } catch (RuntimeException failure) {
            throw Translation.of("updating the limits of the container " + entry.id(), failure);
        }
    }

    private static void requireNotExited(ContainerEntry entry) {
        if (entry.container().state() instanceof ContainerState.Exited) {
            throw BerthException.failedPrecondition(
                    "the container " + entry.id() + " has exited: it uses nothing that could be limited");
        }
    }

    private void applyHeld(ContainerEntry entry, LinuxResources said) {
        Container container = entry.container();
        LinuxResources merged = container.resources().with(said);
        Undo undo = new Undo();
        try {
            updateCgroup(container, merged, undo);
            int score = parts.host().restrictOomScoreAdj(merged.oomScoreAdj());
            boolean scoreChanges = merged.oomScoreAdj() != container.resources().oomScoreAdj();
            updateSpecification(
                    container.id(),
                    spec -> scoreChanges ? spec.with(merged).withOomScoreAdj(score) : spec.with(merged),
                    undo);
            if (scoreChanges) {
                updateScore(entry, score, undo);
            }
            parts.store().put(new ContainerRecord(container.withResources(merged)));
        } catch (RuntimeException failure) {
            undo.run();
            throw failure;
        }
        entry.change(current -> current.withResources(merged));
    }

    private void updateCgroup(Container container, LinuxResources merged, Undo undo) {
        List<CgroupSetting> before = CgroupSettings.of(container.resources());
        List<CgroupSetting> changed = CgroupSettings.of(merged).stream()
                .filter(setting -> !before.contains(setting))
                .toList();
        var change = parts.cgroups().update(container.cgroupPath(), changed);
        undo.add("the limits of " + container.id(), change::rollBack);
    }

    /** What the next daemon starts it, and execs in it, from; and what those who look at the container read. */
    private void updateSpecification(String id, UnaryOperator<OciSpec> change, Undo undo) {
        Path file = parts.directories().spec(id);
        OciSpec spec = SpecJson.read(file);
        undo.add("the specification of " + id, () -> SpecJson.replace(file, spec));
        SpecJson.replace(file, change.apply(spec));
    }

    /** Of what is still to be started in it (its first process, execs), then of what runs. */
    private void updateScore(ContainerEntry entry, int score, Undo undo) {
        @Nullable LaunchPlan plan = entry.plan();
        undo.add("the plan of " + entry.id(), () -> entry.plan(plan));
        if (plan != null) {
            entry.plan(plan.toBuilder()
                    .setProcess(plan.getProcess().toBuilder().setOomScoreAdj(score))
                    .build());
        }
        Container container = entry.container();
        OomScores scores = new OomScores(parts.cgroups(), PROC, container.cgroupPath());
        int scoreBefore = parts.host().restrictOomScoreAdj(container.resources().oomScoreAdj());
        undo.add("the oom_score_adj of " + entry.id(), () -> scores.rollBack(scoreBefore));
        scores.write(score);
    }
}

package io.berth.core.plan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.berth.core.spec.OciHooks;
import io.berth.core.spec.OciSpec;
import io.berth.proto.shim.v1.Hook;
import io.berth.proto.shim.v1.Hooks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Compiles OCI hooks, and the container's state that they get. */
public final class HooksCompiler {
    /** For a hook that says no time-out. */
    static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    /** For one that says a longer one: nobody waits that long for a start. */
    static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

    private HooksCompiler() {}

    /**
     * The hooks.
     *
     * @param bundle the directory with the container's config.json
     */
    static Hooks compile(OciSpec spec, OciHooks hooks, String containerId, Path bundle) {
        Hooks.Builder compiled = Hooks.newBuilder().setState(state(spec, containerId, bundle));
        hooks.prestart().forEach(hook -> compiled.addCreateRuntime(hook("prestart", hook)));
        hooks.createRuntime().forEach(hook -> compiled.addCreateRuntime(hook("createRuntime", hook)));
        hooks.createContainer().forEach(hook -> compiled.addCreateContainer(hook("createContainer", hook)));
        hooks.startContainer().forEach(hook -> compiled.addStartContainer(hook("startContainer", hook)));
        hooks.poststart().forEach(hook -> compiled.addPoststart(hook("poststart", hook)));
        hooks.poststop().forEach(hook -> compiled.addPoststop(hook("poststop", hook)));
        return compiled.build();
    }

    /** How much longer a start may take for the hooks of a plan. */
    public static Duration startTime(Hooks hooks) {
        if (hooks.equals(Hooks.getDefaultInstance())) {
            return Duration.ZERO;
        }
        long milliseconds = 0;
        for (List<Hook> moment : List.of(
                hooks.getCreateRuntimeList(),
                hooks.getCreateContainerList(),
                hooks.getStartContainerList(),
                hooks.getPoststartList(),
                // They run also when the start fails, before that is told.
                hooks.getPoststopList())) {
            for (Hook hook : moment) {
                milliseconds += hook.getTimeoutMilliseconds();
            }
        }
        return Duration.ofMillis(milliseconds);
    }

    /** The state of the OCI runtime specification without pid, status and the closing brace. */
    private static String state(OciSpec spec, String containerId, Path bundle) {
        ObjectNode state = JsonNodeFactory.instance
                .objectNode()
                .put("ociVersion", spec.ociVersion())
                .put("id", containerId)
                .put("bundle", bundle.toString());
        if (!spec.annotations().isEmpty()) {
            spec.annotations().forEach(state.putObject("annotations")::put);
        }
        String text = state.toString();
        return text.substring(0, text.length() - 1);
    }

    private static Hook hook(String moment, OciHooks.Hook hook) {
        return Hook.newBuilder()
                .setStep(moment + " hook")
                .setPath(hook.path())
                .addAllArguments(hook.args())
                .addAllEnvironment(hook.env())
                .setTimeoutMilliseconds(timeout(hook).toMillis())
                .build();
    }

    private static Duration timeout(OciHooks.Hook hook) {
        if (hook.timeout() == null || hook.timeout() <= 0) {
            return DEFAULT_TIMEOUT;
        }
        Duration asked = Duration.ofSeconds(hook.timeout());
        return asked.compareTo(LONGEST_TIMEOUT) > 0 ? LONGEST_TIMEOUT : asked;
    }
}

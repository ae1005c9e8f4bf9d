package io.berth.core.nri.adjust;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.berth.proto.nri.v1alpha1.Hook;
import io.berth.proto.nri.v1alpha1.Hooks;
import java.util.List;
import java.util.Optional;

/** OCI hooks as plugins say them, in the words of the OCI specification. */
final class HooksJson {
    private HooksJson() {}

    /** Adds them after those that there are. */
    static void add(Hooks hooks, ObjectNode spec) {
        if (hooks.equals(Hooks.getDefaultInstance())) {
            return;
        }
        ObjectNode there = spec.withObjectProperty("hooks");
        add(there, "prestart", hooks.getPrestartList());
        add(there, "createRuntime", hooks.getCreateRuntimeList());
        add(there, "createContainer", hooks.getCreateContainerList());
        add(there, "startContainer", hooks.getStartContainerList());
        add(there, "poststart", hooks.getPoststartList());
        add(there, "poststop", hooks.getPoststopList());
    }

    private static void add(ObjectNode hooks, String moment, List<Hook> more) {
        for (Hook hook : more) {
            ObjectNode added = hooks.withArrayProperty(moment).addObject().put("path", hook.getPath());
            ArrayNode arguments = added.putArray("args");
            hook.getArgsList().forEach(arguments::add);
            ArrayNode environment = added.putArray("env");
            hook.getEnvList().forEach(environment::add);
            if (hook.hasTimeout()) {
                added.put("timeout", Math.clamp(hook.getTimeout().getValue(), 0, Integer.MAX_VALUE));
            }
        }
    }

    /** What is wrong with one of them. */
    static Optional<String> problem(Hooks hooks) {
        return List.of(
                        hooks.getPrestartList(),
                        hooks.getCreateRuntimeList(),
                        hooks.getCreateContainerList(),
                        hooks.getStartContainerList(),
                        hooks.getPoststartList(),
                        hooks.getPoststopList())
                .stream()
                .flatMap(List::stream)
                .filter(hook ->
                        !hook.getPath().startsWith("/") || hook.getPath().indexOf('\0') >= 0)
                .findFirst()
                .map(hook -> "\"" + hook.getPath() + "\" is no absolute path of a program");
    }
}

package io.berth.core.nri.adjust;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.berth.proto.nri.v1alpha1.LinuxSeccomp;
import io.berth.proto.nri.v1alpha1.LinuxSeccompArg;
import io.berth.proto.nri.v1alpha1.LinuxSyscall;

/** A plugin's seccomp filter in the words of the OCI runtime specification. */
final class SeccompJson {
    private SeccompJson() {}

    static ObjectNode of(LinuxSeccomp policy) {
        ObjectNode filter = JsonNodeFactory.instance.objectNode().put("defaultAction", policy.getDefaultAction());
        if (policy.hasDefaultErrno()) {
            filter.put("defaultErrnoRet", policy.getDefaultErrno().getValue());
        }
        policy.getArchitecturesList().forEach(filter.withArrayProperty("architectures")::add);
        policy.getFlagsList().forEach(filter.withArrayProperty("flags")::add);
        for (LinuxSyscall rule : policy.getSyscallsList()) {
            ObjectNode calls = filter.withArrayProperty("syscalls").addObject().put("action", rule.getAction());
            rule.getNamesList().forEach(calls.withArrayProperty("names")::add);
            if (rule.hasErrnoRet()) {
                calls.put("errnoRet", rule.getErrnoRet().getValue());
            }
            for (LinuxSeccompArg argument : rule.getArgsList()) {
                calls.withArrayProperty("args")
                        .addObject()
                        .put("index", argument.getIndex())
                        .put("value", argument.getValue())
                        .put("valueTwo", argument.getValueTwo())
                        .put("op", argument.getOp());
            }
        }
        return filter;
    }
}

package io.berth.core.lifecycle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import io.berth.core.cgroup.CgroupFiles;
import io.berth.core.container.Container;
import io.berth.core.container.ContainerState;
import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.sandbox.Sandbox;
import java.util.LinkedHashMap;
import java.util.Map;

/** What verbose answers say, under the names that the tools of the field look for (pid, runtimeSpec, config). */
public final class Information {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Parts parts;

    Information(Parts parts) {
        this.parts = parts;
    }

    /** Of a sandbox. */
    public Map<String, String> sandbox(Sandbox sandbox) {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("pid", sandbox.shimPid());
        info.put("cgroupParent", sandbox.cgroupParent());
        info.put("networkNamespace", sandbox.networkNamespace());
        info.put("runtimeHandler", sandbox.runtimeHandler());
        info.put("config", sandbox.config());
        return Map.of("info", json(info));
    }

    /** Of a container. */
    public Map<String, String> container(Container container) {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("sandboxID", container.sandboxId());
        info.put("pid", container.state() instanceof ContainerState.Running running ? running.pid() : 0);
        info.put("cgroupPath", container.cgroupPath());
        info.put("config", container.config());
        String spec = CgroupFiles.readOrNull(parts.directories().spec(container.id()));
        if (spec != null) {
            info.put("runtimeSpec", new RawValue(spec));
        }
        return Map.of("info", json(info));
    }

    private static String json(Map<String, Object> info) {
        try {
            return MAPPER.writeValueAsString(info);
        } catch (JsonProcessingException failure) {
            throw new BerthException(
                    ErrorKind.INTERNAL, "writing verbose information: " + failure.getMessage(), failure);
        }
    }
}

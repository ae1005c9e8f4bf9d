package io.berth.core.lifecycle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.berth.core.cgroup.CgroupFiles;
import io.berth.core.container.Container;
import io.berth.core.container.ContainerConfig;
import io.berth.core.container.ContainerState;
import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.json.RecordJson;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.sandbox.SandboxConfig;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;

/** What verbose answers say, under the names that the tools of the field look for (pid, runtimeSpec, config). */
public final class Information {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final RecordJson<SandboxConfig> SANDBOX = RecordJson.of(SandboxConfig.class);
    private static final RecordJson<ContainerConfig> CONTAINER = RecordJson.of(ContainerConfig.class);

    private final Parts parts;

    Information(Parts parts) {
        this.parts = parts;
    }

    /** Of a sandbox. */
    public Map<String, String> sandbox(Sandbox sandbox) {
        return object(json -> {
            json.writeNumberField("pid", sandbox.shimPid());
            json.writeStringField("cgroupParent", sandbox.cgroupParent());
            json.writeStringField("networkNamespace", sandbox.networkNamespace());
            json.writeStringField("runtimeHandler", sandbox.runtimeHandler());
            json.writeFieldName("config");
            SANDBOX.write(sandbox.config(), json);
        });
    }

    /** Of a container. */
    public Map<String, String> container(Container container) {
        String spec = CgroupFiles.readOrNull(parts.directories().spec(container.id()));
        return object(json -> {
            json.writeStringField("sandboxID", container.sandboxId());
            json.writeNumberField(
                    "pid", container.state() instanceof ContainerState.Running running ? running.pid() : 0);
            json.writeStringField("cgroupPath", container.cgroupPath());
            json.writeFieldName("config");
            CONTAINER.write(container.config(), json);
            if (spec != null) {
                json.writeFieldName("runtimeSpec");
                json.writeRawValue(spec);
            }
        });
    }

    /** Writes the members of an object. */
    @FunctionalInterface
    private interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    private static Map<String, String> object(Members members) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException failure) {
            throw new BerthException(
                    ErrorKind.INTERNAL, "writing verbose information: " + failure.getMessage(), failure);
        }
        return Map.of("info", text.toString());
    }
}

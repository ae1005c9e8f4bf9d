package io.berth.server.daemon;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.berth.server.BuildInformation;
import io.berth.server.config.Setting;
import java.util.List;
import java.util.Map;

/** What a verbose status tells of the daemon: its configuration as it is in force, and its build. */
final class Information {
    private Information() {}

    /** Names and JSON texts. */
    static Map<String, String> of(List<Setting> settings) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        settings.forEach(
                setting -> config.put(setting.key().toString(), setting.value().strip()));
        ObjectNode build = JsonNodeFactory.instance.objectNode();
        build.put("version", BuildInformation.version());
        build.put("java", Runtime.version().toString());
        return Map.of("config", config.toString(), "build", build.toString());
    }
}

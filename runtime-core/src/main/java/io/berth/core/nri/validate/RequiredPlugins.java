package io.berth.core.nri.validate;

import io.berth.proto.nri.v1alpha1.ValidateContainerAdjustmentRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** The plugins that must be there before a container is created: those of the node, and those that its pod names. */
final class RequiredPlugins {
    /** Its value is a list in YAML. */
    static final String ANNOTATION = "required-plugins.noderesource.dev";

    private static final int LIMIT_BYTES = 64 * 1024;

    private final List<String> always;
    private final String tolerating;

    RequiredPlugins(ValidatorConfig config) {
        always = config.requiredPlugins();
        tolerating = config.tolerateMissingAnnotation();
    }

    Optional<String> problem(ValidateContainerAdjustmentRequest request) {
        String container = request.getContainer().getName();
        if (!tolerating.isEmpty()) {
            Optional<String> tolerates = PodAnnotations.find(request.getPod(), tolerating, container);
            if (tolerates.isPresent()) {
                switch (tolerates.get().toLowerCase(Locale.ROOT)) {
                    case "true", "t", "1" -> {
                        return Optional.empty();
                    }
                    case "false", "f", "0" -> {
                        // As if it were not there.
                    }
                    default -> {
                        return Optional.of("the annotation " + tolerating + " is \"" + tolerates.get()
                                + "\", neither true nor false");
                    }
                }
            }
        }
        List<String> required = new ArrayList<>(always);
        Optional<String> named = PodAnnotations.find(request.getPod(), ANNOTATION, container);
        if (named.isPresent()) {
            Optional<List<String>> read = read(named.get());
            if (read.isEmpty()) {
                return Optional.of("the annotation " + ANNOTATION + " \"" + named.get() + "\" is no list of plugins");
            }
            required.addAll(read.get());
        }
        Set<String> there = new HashSet<>();
        request.getPluginsList().forEach(plugin -> {
            there.add(plugin.getName());
            there.add(plugin.getIndex() + "-" + plugin.getName());
        });
        required.removeAll(there);
        return required.isEmpty()
                ? Optional.empty()
                : Optional.of("the required plugin " + String.join(", ", required) + " is not there");
    }

    private static Optional<List<String>> read(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(LIMIT_BYTES);
        List<String> names = new ArrayList<>();
        try {
            Object value = new Yaml(new SafeConstructor(options)).load(text);
            if (value == null) {
                return Optional.of(names);
            }
            if (!(value instanceof List<?> list)) {
                return Optional.empty();
            }
            for (Object name : list) {
                if (!(name instanceof String plugin)) {
                    return Optional.empty();
                }
                names.add(plugin);
            }
            return Optional.of(names);
        } catch (YAMLException malformed) {
            return Optional.empty();
        }
    }
}

package io.berth.core.lifecycle;

import io.berth.core.error.BerthException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a container may write to its root file system, where an annotation says it: the CRI has no field for it. It is
 * {@value #ANNOTATION}, of the container, or of the pod for all its containers, there with {@code .NAME} for one of
 * them. The value is a number of bytes, as Kubernetes writes it ({@code 512Mi}) or as Berth's settings have it
 * ({@code 512MiB}).
 */
final class WritableLayerLimit {
    static final String ANNOTATION = "io.berth/writable-layer-limit";

    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,15})(?:([KMGT])iB?)?");
    private static final String UNITS = "KMGT";
    private static final int BITS_A_UNIT = 10;
    private static final long MOST = 16L << 40;

    private WritableLayerLimit() {}

    /** In bytes; 0 where nothing says it. */
    static long of(Map<String, String> pod, String container, Map<String, String> own) {
        String forOne = ANNOTATION + "." + container;
        if (own.containsKey(ANNOTATION)) {
            return parse("the container's annotation " + ANNOTATION, own.getOrDefault(ANNOTATION, ""));
        }
        String key = pod.containsKey(forOne) ? forOne : ANNOTATION;
        return pod.containsKey(key) ? parse("the pod's annotation " + key, pod.getOrDefault(key, "")) : 0;
    }

    private static long parse(String where, String value) {
        Matcher matcher = SIZE.matcher(value.strip());
        if (!matcher.matches()) {
            throw wrong(where, value);
        }
        int unit = matcher.group(2) == null ? 0 : (UNITS.indexOf(matcher.group(2)) + 1) * BITS_A_UNIT;
        long number = Long.parseLong(matcher.group(1));
        if (number > MOST >> unit) {
            throw wrong(where, value);
        }
        return number << unit;
    }

    private static BerthException wrong(String where, String value) {
        String shown = value.length() > 50 ? value.substring(0, 50) + "..." : value;
        return BerthException.invalidArgument(
                where + " = \"" + shown + "\": it wants a number of bytes, such as 512Mi or 10Gi, at most 16Ti");
    }
}

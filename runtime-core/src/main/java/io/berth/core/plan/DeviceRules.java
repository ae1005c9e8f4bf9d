package io.berth.core.plan;

import io.berth.core.spec.OciResources;
import io.berth.kernel.devices.DeviceRule;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The specification's device rules in the kernel's terms. */
public final class DeviceRules {
    private DeviceRules() {}

    /** In the same order. */
    public static List<DeviceRule> of(List<OciResources.DeviceRule> rules) {
        return rules.stream().map(DeviceRules::of).toList();
    }

    private static DeviceRule of(OciResources.DeviceRule rule) {
        return new DeviceRule(
                rule.allow(), kind(rule.type()), number(rule.major()), number(rule.minor()), access(rule.access()));
    }

    private static DeviceRule.@Nullable Kind kind(String type) {
        return switch (type) {
            case "", "a" -> null;
            case "b" -> DeviceRule.Kind.BLOCK;
            case "c", "u" -> DeviceRule.Kind.CHARACTER;
            default -> throw new IllegalArgumentException("the device type \"" + type + "\" is not known");
        };
    }

    /** Every one is meant by none and, as the specification's forerunners have it, by -1. */
    private static @Nullable Integer number(@Nullable Long number) {
        return number == null || number < 0 ? null : Math.toIntExact(number);
    }

    private static Set<DeviceRule.Access> access(String letters) {
        EnumSet<DeviceRule.Access> access = EnumSet.noneOf(DeviceRule.Access.class);
        letters.chars()
                .forEach(letter -> access.add(
                        switch (letter) {
                            case 'r' -> DeviceRule.Access.READ;
                            case 'w' -> DeviceRule.Access.WRITE;
                            case 'm' -> DeviceRule.Access.MAKE;
                            default ->
                                throw new IllegalArgumentException(
                                        "the device access \"" + letters + "\" is not known");
                        }));
        return access;
    }
}

package io.berth.core.nri;

import org.jspecify.annotations.Nullable;

/**
 * Who a plugin is.
 *
 * @param index two digits: plugins are asked in their order
 * @param base its name
 */
record PluginName(String index, String base) {
    /** What is wrong with it; null: nothing. */
    @Nullable
    String problem() {
        if (index.length() != 2 || !index.chars().allMatch(letter -> letter >= '0' && letter <= '9')) {
            return "the plugin index \"" + index + "\" is not two digits";
        }
        if (base.isEmpty() || !base.chars().allMatch(PluginName::isAllowed)) {
            return "the plugin name \"" + base + "\" is not of letters, digits, '_', '.', '+' and '-'";
        }
        return null;
    }

    private static boolean isAllowed(int letter) {
        return (letter >= 'a' && letter <= 'z')
                || (letter >= 'A' && letter <= 'Z')
                || (letter >= '0' && letter <= '9')
                || "_.+-".indexOf(letter) >= 0;
    }

    @Override
    public String toString() {
        return index + "-" + base;
    }
}

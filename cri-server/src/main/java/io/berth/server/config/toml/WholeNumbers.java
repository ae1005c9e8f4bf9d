package io.berth.server.config.toml;

import org.jspecify.annotations.Nullable;

/** Whole numbers: decimal with a sign, hexadecimal, octal, binary; single underscores between digits. */
final class WholeNumbers {
    private WholeNumbers() {}

    /** Null for what is no whole number of 64 bits. */
    static @Nullable Long parse(String word) {
        int radix = 10;
        String digits = word;
        if (word.startsWith("0x")) {
            radix = 16;
        } else if (word.startsWith("0o")) {
            radix = 8;
        } else if (word.startsWith("0b")) {
            radix = 2;
        }
        if (radix != 10) {
            digits = word.substring(2);
        } else if (word.startsWith("+") || word.startsWith("-")) {
            digits = word.substring(1);
        }
        if (!areDigits(digits, radix) || (radix == 10 && digits.length() > 1 && digits.charAt(0) == '0')) {
            return null;
        }
        try {
            return Long.valueOf((word.startsWith("-") ? "-" : "") + digits.replace("_", ""), radix);
        } catch (NumberFormatException e) {
            return null; // larger than 64 bits
        }
    }

    private static boolean areDigits(String text, int radix) {
        boolean wasDigit = false;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            boolean isDigit = character < 128 && Character.digit(character, radix) >= 0;
            if (!isDigit && !(character == '_' && wasDigit)) {
                return false;
            }
            wasDigit = isDigit;
        }
        return wasDigit;
    }
}

package io.berth.imagefs.tar;

import java.util.regex.Pattern;

/**
 * A PAX time: seconds with a decimal fraction, negative ones before 1970.
 *
 * @param seconds rounded down
 * @param nanoseconds the rest of it
 */
record PaxTime(long seconds, int nanoseconds) {
    private static final int DIGITS = 9;
    private static final Pattern FRACTION = Pattern.compile("[0-9]{0,40}");

    static PaxTime parse(String text) throws TarException {
        int dot = text.indexOf('.');
        long seconds = PaxRecords.decimal(dot < 0 ? text : text.substring(0, dot), "mtime");
        if (dot < 0) {
            return new PaxTime(seconds, 0);
        }
        String fraction = text.substring(dot + 1);
        if (!FRACTION.matcher(fraction).matches()) {
            throw new TarException("the extended header's \"mtime\" is not a number");
        }
        String padded = (fraction + "0".repeat(DIGITS)).substring(0, DIGITS);
        int nanoseconds = Integer.parseInt(padded);
        boolean negative = text.startsWith("-");
        return negative && nanoseconds > 0
                ? new PaxTime(seconds - 1, 1_000_000_000 - nanoseconds)
                : new PaxTime(seconds, nanoseconds);
    }
}

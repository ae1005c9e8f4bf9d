package io.berth.e2e.compare;

/**
 * One number that is measured of each contender.
 *
 * @param name what it is, as a row of the table
 * @param unit of the number
 * @param better which end of the scale is the good one
 */
record Figure(String name, String unit, Better better) {
    /** Which of two numbers is the better one. */
    enum Better {
        LESS,
        MORE
    }

    static Figure less(String name, String unit) {
        return new Figure(name, unit, Better.LESS);
    }

    static Figure more(String name, String unit) {
        return new Figure(name, unit, Better.MORE);
    }

    /** How many times as good the first number is as the second. */
    double ratio(double first, double second) {
        return switch (better) {
            case LESS -> second / first;
            case MORE -> first / second;
        };
    }
}

package io.berth.imagefs.content;

/** Text from strangers, made fit for a message. */
public final class Texts {
    private static final int LONGEST = 200;

    private Texts() {}

    /** At most 200 characters, control characters replaced. */
    public static String shortened(String text) {
        String cut = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}

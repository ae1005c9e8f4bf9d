package io.berth.network.netlink;

/** Flags of requests ({@code NLM_F_*}) and of links ({@code IFF_*}). */
final class Flags {
    static final int REQUEST = 0x1;
    static final int REPLACE = 0x100;
    static final int EXCLUSIVE = 0x200;
    static final int CREATE = 0x400;

    static final int LINK_UP = 0x1;

    private Flags() {}
}

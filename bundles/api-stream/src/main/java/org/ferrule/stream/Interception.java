package org.ferrule.stream;

/** How the kernel gives a listener connections that were addressed to somebody else. */
public enum Interception {
    /**
     * By TPROXY or a local route: the listening socket is transparent (IP_TRANSPARENT), and an accepted one has the
     * original destination as its own address. Needs CAP_NET_ADMIN. What REDIRECT brings is taken, too.
     */
    TPROXY,
    /** By REDIRECT: the kernel translated the destination, and tells the original one (SO_ORIGINAL_DST). */
    REDIRECT
}

package org.ferrule.net.internal;

/**
 * The options of Linux's sockets for which Java has no name, or none for listening ones, with their numbers on x86, ARM,
 * RISC-V, POWER and s390.
 */
enum LinuxOption {
    SO_SNDBUFFORCE(LinuxOption.SOL_SOCKET, 32),
    SO_RCVBUFFORCE(LinuxOption.SOL_SOCKET, 33),
    SO_MAX_PACING_RATE(LinuxOption.SOL_SOCKET, 47),
    SO_KEEPALIVE(LinuxOption.SOL_SOCKET, 9),
    TCP_NODELAY(LinuxOption.IPPROTO_TCP, 1),
    TCP_KEEPIDLE(LinuxOption.IPPROTO_TCP, 4),
    TCP_KEEPINTVL(LinuxOption.IPPROTO_TCP, 5),
    TCP_KEEPCNT(LinuxOption.IPPROTO_TCP, 6),
    TCP_INFO(LinuxOption.IPPROTO_TCP, 11),
    TCP_CONGESTION(LinuxOption.IPPROTO_TCP, 13),
    TCP_USER_TIMEOUT(LinuxOption.IPPROTO_TCP, 18),
    TCP_CC_INFO(LinuxOption.IPPROTO_TCP, 26),
    TCP_NOTSENT_LOWAT(LinuxOption.IPPROTO_TCP, 25),
    IP_TRANSPARENT(LinuxOption.IPPROTO_IP, 19),
    IPV6_TRANSPARENT(LinuxOption.IPPROTO_IPV6, 75),
    SO_ORIGINAL_DST(LinuxOption.IPPROTO_IP, 80),
    IP6T_SO_ORIGINAL_DST(LinuxOption.IPPROTO_IPV6, 80);

    private static final int SOL_SOCKET = 1;
    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_IPV6 = 41;

    final int level;
    final int number;

    LinuxOption(int level, int number) {
        this.level = level;
        this.number = number;
    }
}

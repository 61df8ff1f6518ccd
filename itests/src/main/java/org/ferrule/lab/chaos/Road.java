package org.ferrule.lab.chaos;

/** Ways that traffic takes. */
enum Road {
    /** From the branch through the tunnel; by the branch's own server when there is no tunnel. */
    TUNNELLED,
    /** From the branch to its own server. */
    BRANCH,
    /** At the data centre, without a tunnel. */
    DC
}

/**
 * A network, its loops and its streams as tests need them: nothing happens by itself, everything in the same order each
 * time, and time passes by hand.
 */
package org.ferrule.testing;

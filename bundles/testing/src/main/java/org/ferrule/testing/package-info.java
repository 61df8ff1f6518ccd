/**
 * A network, its loops and its streams as tests need them: nothing happens by itself, everything in the same order each
 * time, and time passes by hand. And contracts: the tests that everything of a kind must pass.
 */
package org.ferrule.testing;

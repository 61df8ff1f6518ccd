package org.ferrule.system.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class PasswordHashTest {
    @Example
    void matchesItsPasswordAlone() {
        PasswordHash hash = PasswordHash.of("correct horse battery".toCharArray());
        PasswordHash read = PasswordHash.parse(hash.toString()).orElseThrow();
        assertTrue(read.matches("correct horse battery".toCharArray()));
        assertFalse(read.matches("correct horse batterY".toCharArray()));
        assertFalse(read.matches(new char[0]));
        assertTrue(hash.toString().startsWith("$pbkdf2-sha512$i=210000$"), hash.toString());
    }

    @Example
    void saltsDiffer() {
        assertNotEquals(
                PasswordHash.of("same".toCharArray()).toString(),
                PasswordHash.of("same".toCharArray()).toString());
    }

    @Example
    void nobodyHasTheHashOfNobody() {
        assertFalse(PasswordHash.ofNobody().matches("".toCharArray()));
    }

    @Example
    void absurdCostsAreRefused() {
        String good = PasswordHash.ofNobody().toString();
        assertTrue(PasswordHash.parse(good).isPresent());
        assertEquals(true, PasswordHash.parse(good.replace("210000", "1")).isEmpty());
        assertEquals(
                true, PasswordHash.parse(good.replace("210000", "999999999")).isEmpty());
    }

    @Property(tries = 300)
    void noTextBreaksTheReader(@ForAll String text) {
        assertTrue(PasswordHash.parse(text).isEmpty());
        assertTrue(PasswordHash.parse("$pbkdf2-sha512$i=210000$" + text).isEmpty());
    }
}

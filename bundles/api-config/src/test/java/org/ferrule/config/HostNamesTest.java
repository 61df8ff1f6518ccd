package org.ferrule.config;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "7", "shop-1", "Shop.example.COM", "x--y"})
    void namesOfLettersDigitsHyphensAndDotsAreGood(String name) {
        assertTrue(HostNames.valid(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", "a..b", ".a", "a.", "a_b", "a b", "\u00e4"})
    void otherNamesAreNot(String name) {
        assertFalse(HostNames.valid(name));
    }

    @Test
    void aNameHasAtMost64Characters() {
        assertTrue(HostNames.valid("a".repeat(64)));
        assertFalse(HostNames.valid("a".repeat(65)));
    }

    @Test
    void theSystemHasAGoodNameInAnyCase() {
        assertTrue(HostNames.valid(HostNames.system()));
    }
}

package org.ferrule.ssh.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CharactersTest {
    @Test
    void aClientThatSaysNothingHasUtf8() {
        assertEquals(StandardCharsets.UTF_8, Characters.of(Map.of()));
        assertEquals(StandardCharsets.UTF_8, Characters.of(Map.of("TERM", "xterm", "LANG", "de_DE.UTF-8")));
    }

    @Test
    void whatCountsMostDecides() {
        assertEquals(StandardCharsets.US_ASCII, Characters.of(Map.of("LANG", "C")));
        assertEquals(StandardCharsets.UTF_8, Characters.of(Map.of("LANG", "C", "LC_CTYPE", "C.utf8")));
        assertEquals(
                StandardCharsets.US_ASCII,
                Characters.of(Map.of("LANG", "C.utf8", "LC_CTYPE", "C.utf8", "LC_ALL", "C")));
        assertEquals(StandardCharsets.US_ASCII, Characters.of(Map.of("TERM", "vt100", "LANG", "C.utf8")));
    }
}

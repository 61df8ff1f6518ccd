package org.ferrule.ssh.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ToldTest {
    private final Told told = new Told();

    @Test
    void eachUserIsToldEachNoticeOnce() {
        assertEquals(List.of("damaged"), told.news("ann", List.of("damaged")));
        assertEquals(List.of(), told.news("ann", List.of("damaged")));
        assertEquals(List.of("damaged"), told.news("bob", List.of("damaged")));
        assertEquals(List.of("unused"), told.news("ann", List.of("damaged", "unused")));
        assertEquals(List.of(), told.news("ann", List.of("damaged", "unused")));
    }

    @Test
    void whatComesAgainIsNews() {
        told.news("ann", List.of("damaged"));
        assertEquals(List.of(), told.news("ann", List.of()));
        assertEquals(List.of("damaged"), told.news("ann", List.of("damaged")));
    }
}

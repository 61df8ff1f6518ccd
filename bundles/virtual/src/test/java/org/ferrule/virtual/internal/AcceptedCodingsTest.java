package org.ferrule.virtual.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptedCodingsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "gzip",
                "gzip, deflate, br",
                "gzip;q=1.0, identity; q=0.5, *;q=0",
                "identity;q=0.001",
                "*;q=0, IDENTITY",
                "*",
                "gzip;q=0",
                "identity ; Q=1.",
                "gzip;q=wrong",
                ",,gzip,"
            })
    void contentMayComeAsItIs(String accepted) {
        assertTrue(AcceptedCodings.allowIdentity(accepted));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "identity;q=0",
                "gzip, identity;q=0.000",
                "gzip,\tIdentity\t;\tQ=0",
                "gzip;q=1, *;q=0",
                "*;q=0.0",
                "identity, identity;q=0",
                "identity;q=none",
                "identity;q=0;q=1",
                "identity;q=0.0001",
                "*;"
            })
    void theClientExcludesThatOrCannotBeUnderstood(String accepted) {
        assertFalse(AcceptedCodings.allowIdentity(accepted));
    }

    @Test
    void theLongestFieldTakesNoTimeWhateverIsInIt() {
        for (String piece : new String[] {"1", "0.1", ";", ",", "identity;q=", " "}) {
            String value = "identity;q=0." + piece.repeat(RequestHead.MOST_BYTES / piece.length()) + "x";
            assertTimeoutPreemptively(Duration.ofSeconds(5), () -> AcceptedCodings.allowIdentity(value));
        }
    }
}

package org.ferrule.archive.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskingTest {
    private final Masking masking = new Masking(Set.of("a secret", "a secret that is longer", "abc"));

    @Test
    void secretsOfTheConfigurationAreMaskedWhereverTheyStand() {
        assertEquals("x **** y ****z", masking.masked("x a secret that is longer y a secretz"));
    }

    @Test
    void shortOnesAreMaskedWhereTheyAreWords() {
        assertEquals("abcd abc", masking.masked("abcd abc"));
        assertEquals("token ****\nname abcd", masking.maskedConfiguration("token abc\nname abcd"));
        assertEquals("token **** }", masking.maskedConfiguration("token \"abc\" }"));
    }

    @ParameterizedTest
    @CsvSource({
        "sealed $M$AbC_-9 end,sealed **** end",
        "archived $UCS$$M$AbC_-9 end,archived **** end",
        "hash $pbkdf2-sha512$i=210000$c2Fs/A$aG+zaA== end,hash **** end",
        "'k -----BEGIN EC PRIVATE KEY-----\nMIG\n-----END EC PRIVATE KEY----- e',k **** e",
        "'cut -----BEGIN PRIVATE KEY-----\nMIG',cut ****"
    })
    void whatHasTheFormOfASecretIsMasked(String text, String masked) {
        assertEquals(masked, masking.masked(text));
    }
}

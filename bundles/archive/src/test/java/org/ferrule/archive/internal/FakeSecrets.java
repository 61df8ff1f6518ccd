package org.ferrule.archive.internal;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Secrets;

/** Seals under a name: what another name sealed cannot be opened. */
record FakeSecrets(String master) implements Secrets {
    @Override
    public String seal(byte[] plain) {
        String text = master + ":" + Base64.getEncoder().encodeToString(plain);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public byte[] open(String sealed) throws ConfigException {
        String text =
                new String(Base64.getUrlDecoder().decode(sealed.substring(PREFIX.length())), StandardCharsets.UTF_8);
        if (!sealed.startsWith(PREFIX) || !text.startsWith(master + ":")) {
            throw new ConfigException("A sealed value cannot be opened");
        }
        return Base64.getDecoder().decode(text.substring(master.length() + 1));
    }
}

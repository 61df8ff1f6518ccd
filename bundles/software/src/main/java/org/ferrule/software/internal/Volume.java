package org.ferrule.software.internal;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * What a volume was made of, as a value that is kept in it. It is written last: a volume without it is not whole.
 *
 * @param format the version of this form
 * @param image the whole image that it was installed from
 * @param version as the image says itself
 * @param signer the trusted signer of the image
 * @param installed when, as text for people
 * @param booted when it ran first, as text; "" if it never did
 */
record Volume(int format, String image, String version, String signer, String installed, String booted) {
    static final int FORMAT = 1;

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    Volume bootedAt(String when) {
        return new Volume(format, image, version, signer, installed, when);
    }

    byte[] bytes() {
        return (GSON.toJson(this) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads what {@link #bytes} wrote.
     *
     * @throws Unacceptable if it is damaged
     */
    static Volume parse(byte[] bytes) throws Unacceptable {
        try {
            Volume read = GSON.fromJson(new String(bytes, StandardCharsets.UTF_8), Volume.class);
            if (read == null || read.format != FORMAT) {
                throw new Unacceptable("its format is not " + FORMAT);
            }
            for (String text : new String[] {read.image, read.version, read.signer, read.installed, read.booted}) {
                Objects.requireNonNull(text, "something is missing in it");
            }
            return read;
        } catch (JsonParseException | NullPointerException e) {
            throw new Unacceptable("it is damaged: " + e.getMessage(), e);
        }
    }
}

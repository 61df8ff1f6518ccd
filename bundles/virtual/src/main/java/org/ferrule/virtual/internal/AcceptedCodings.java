package org.ferrule.virtual.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a client says with {@code Accept-Encoding} (RFC 9110, section 12.5.3). */
final class AcceptedCodings {
    /** Bounded as the RFC has it: a client chooses what this is matched against. */
    private static final Pattern WEIGHT = Pattern.compile("[qQ]=([01](?:\\.[0-9]{0,3})?)");

    private AcceptedCodings() {}

    /**
     * Whether content may come as it is: it may unless {@code identity} is excluded, or {@code *} is and identity is not
     * listed. What cannot be read excludes.
     *
     * @param accepted the field's value; of several fields all values, with commas between them
     */
    static boolean allowIdentity(String accepted) {
        boolean others = true;
        boolean listed = false;
        for (String item : accepted.split(",")) {
            int semicolon = item.indexOf(';');
            String coding = (semicolon < 0 ? item : item.substring(0, semicolon)).strip();
            boolean wanted = semicolon < 0 || positive(item.substring(semicolon + 1));
            if (coding.equalsIgnoreCase("identity")) {
                listed = true;
                if (!wanted) {
                    return false;
                }
            } else if (coding.equals("*")) {
                others &= wanted;
            }
        }
        return listed || others;
    }

    private static boolean positive(String weight) {
        Matcher matcher = WEIGHT.matcher(weight.strip());
        return matcher.matches() && Double.parseDouble(matcher.group(1)) > 0;
    }
}

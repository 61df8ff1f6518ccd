package org.ferrule.config.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetTest {
    private static Subnet subnet(String text) {
        return Subnet.parse(text).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3/8, 10.0.0.0/8",
        "10.1.2.3, 10.1.2.3/32",
        "0.0.0.0/0, 0.0.0.0/0",
        "2001:db8:1::7/32, 2001:db8::/32",
        "::1, ::1/128",
        "10.255.255.255/31, 10.255.255.254/31"
    })
    void whatIsReadIsWrittenWithItsFirstAddress(String text, String written) {
        assertEquals(written, subnet(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "::/129", "web/8", "10.0.0.0/8/8"
            })
    void whatIsNoneIsNotRead(String text) {
        assertEquals(Optional.empty(), Subnet.parse(text));
    }

    @Property
    void whatIsWrittenIsReadBack(@ForAll @Size(16) byte[] bytes, @ForAll @IntRange(max = 128) int prefix)
            throws Exception {
        InetAddress address = InetAddress.getByAddress(bytes);
        Subnet subnet = new Subnet(address, Math.min(prefix, 8 * address.getAddress().length));
        assertEquals(subnet, subnet(subnet.toString()));
        assertTrue(subnet.contains(address));
    }

    @Property
    void anAddressThatDiffersWithinThePrefixIsOutside(
            @ForAll @Size(4) byte[] bytes,
            @ForAll @IntRange(min = 1, max = 32) int prefix,
            @ForAll @IntRange(max = 31) int bit)
            throws Exception {
        Subnet subnet = new Subnet(InetAddress.getByAddress(bytes), prefix);
        byte[] other = bytes.clone();
        other[bit / 8] ^= (byte) (0x80 >> bit % 8);
        assertEquals(bit >= prefix, subnet.contains(InetAddress.getByAddress(other)));
    }

    @Test
    void familiesAreDifferentWorlds() throws Exception {
        assertFalse(subnet("0.0.0.0/0").contains(InetAddress.getByName("::1")));
        assertFalse(subnet("::/0").contains(InetAddress.getByName("10.0.0.1")));
    }

    @Test
    void aPrefixThatDoesNotFitIsADefect() throws Exception {
        InetAddress address = InetAddress.getByName("10.0.0.1");
        assertThrows(IllegalArgumentException.class, () -> new Subnet(address, 33));
        assertThrows(IllegalArgumentException.class, () -> new Subnet(address, -1));
    }
}

package org.ferrule.net.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a connection's congestion control found is read as the kernel lays it out. */
class BandwidthTest {
    private static final int EPERM = 1;

    /** In 256ths, as BBR has them: while it looks for the rate, when it found it, and when it asks for a quarter more. */
    private static final int LOOKS = 739;

    private static final int FOUND = 256;
    private static final int ASKS = 320;

    private SocketPair pair;

    @BeforeEach
    void connect() throws IOException {
        pair = SocketPair.open();
    }

    @AfterEach
    void disconnect() throws IOException {
        pair.close();
    }

    /** A kernel that tells so of the congestion control. */
    private record Telling(int roundTrip, int... info) implements LinuxSockets.Kernel {
        @Override
        public void set(int descriptor, LinuxOption option, byte[] value) throws LinuxSockets.Refused {
            throw new LinuxSockets.Refused(option, EPERM);
        }

        @Override
        public void get(int descriptor, LinuxOption option, byte[] value) {
            ByteBuffer to = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
            if (option == LinuxOption.TCP_INFO) {
                to.putInt(68, roundTrip);
                return;
            }
            assertEquals(LinuxOption.TCP_CC_INFO, option);
            for (int word : info) {
                to.putInt(word);
            }
        }
    }

    private long told(int... info) {
        return toldWith(0, info);
    }

    /** @param roundTrip in microseconds, as the kernel reckons with it */
    private long toldWith(int roundTrip, int... info) {
        return LinuxSockets.open(() -> new Telling(roundTrip, info)).bandwidth(pair.near());
    }

    @Test
    void theRateThatBbrFoundHasSixtyFourBits() {
        assertEquals(12_500_000, told(12_500_000, 0, 40_000, FOUND, 2 * FOUND));
        assertEquals(0xffff_fff0L, told(-16, 0, 40_000, ASKS, 2 * FOUND));
        assertEquals((3L << 32) + 5, told(5, 3, 40_000, ASKS, 2 * FOUND));
    }

    @Test
    void whileItLooksForTheRateThatIsNotKnown() {
        assertEquals(0, told(12_500_000, 0, 40_000, LOOKS, LOOKS));
        assertEquals(0, toldWith(59_999, 12_500_000, 0, 40_000, LOOKS, LOOKS));
    }

    @Test
    void butWhereSomethingWaitsOnThePathItCarriesNoMore() {
        assertEquals(12_500_000, toldWith(60_000, 12_500_000, 0, 40_000, LOOKS, LOOKS));
        assertEquals(
                0, toldWith(10_000, 12_500_000, 0, 4_999, LOOKS, LOOKS), "a short path's queue is that of a buffer");
    }

    @Test
    void wherePathsAreShortWhatItFoundIsThePaceOfBursts() {
        assertEquals(0, told(12_500_000, 0, 4_999, FOUND, 2 * FOUND));
        assertEquals(12_500_000, told(12_500_000, 0, 5_000, FOUND, 2 * FOUND));
    }

    /** Vegas tells four numbers, cubic none. */
    @Test
    void whatOthersTellIsNoRate() {
        assertEquals(0, told(1, 7, 40_000, FOUND));
        assertEquals(0, told());
    }

    @Test
    void whereNothingCanBeReadNothingIsKnown() {
        assertEquals(0, LinuxSockets.without("a test").bandwidth(pair.near()));
        assertEquals(0, LinuxSockets.open(() -> new RefusingKernel(EPERM)).bandwidth(pair.near()));
    }

    @Test
    void theKernelHasWhatBbrFoundWhereItIsLookedFor() throws IOException {
        LinuxSockets linux = LinuxSockets.open();
        try {
            linux.set(pair.near(), LinuxOption.TCP_CONGESTION, "bbr");
        } catch (LinuxSockets.Refused e) {
            assumeTrue(false, "bbr cannot be had here: " + e.getMessage());
        }
        byte[] info = new byte[20];
        linux.get(pair.near(), LinuxOption.TCP_CC_INFO, info);
        int gain = ByteBuffer.wrap(info).order(ByteOrder.nativeOrder()).getInt(16);
        assertNotEquals(0, gain, "the gain of BBR's window");
        assertEquals(0, linux.bandwidth(pair.near()), "it has sent nothing yet");
    }
}

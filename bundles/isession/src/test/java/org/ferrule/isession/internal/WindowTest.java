package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {
    private static final int ENCODED = Protocol.ENCODED_WINDOW;
    private static final int RAW = Protocol.RAW_WINDOW;

    private final Window sending = new Window(ENCODED, RAW);
    private final Window receiving = new Window(ENCODED, RAW);

    private record Block(int encoded, int raw) {}

    @Property(tries = 300)
    void whatIsUnderWayNeverExceedsTheWindowAndAllIsGivenBack(@ForAll long seed) throws ProtocolError {
        Random random = new Random(seed);
        Window from = new Window(ENCODED, RAW);
        Window to = new Window(ENCODED, RAW);
        Queue<Block> arrived = new ArrayDeque<>();
        int encodedOut = 0;
        int rawOut = 0;
        for (int i = 0; i < 2000; i++) {
            if (random.nextInt(3) > 0 && from.available() > 0) {
                int raw = 1 + random.nextInt(Math.min(from.available(), Protocol.MOST_ENCODED));
                Block block = new Block(random.nextInt(raw + 1), raw);
                from.use(block.encoded(), block.raw());
                to.use(block.encoded(), block.raw());
                arrived.add(block);
                encodedOut += block.encoded();
                rawOut += block.raw();
            } else if (!arrived.isEmpty()) {
                Block block = arrived.poll();
                to.drained(block.encoded(), block.raw());
                encodedOut -= block.encoded();
                rawOut -= block.raw();
                if (to.worthTelling()) {
                    tell(to, from);
                }
            }
            assertTrue(encodedOut <= ENCODED && rawOut <= RAW);
        }
        arrived.forEach(block -> to.drained(block.encoded(), block.raw()));
        tell(to, from);
        from.use(ENCODED, RAW);
        to.use(ENCODED, RAW);
        assertEquals(0, from.available());
    }

    private static void tell(Window to, Window from) throws ProtocolError {
        ByteBuffer frame = ByteBuffer.allocate(Protocol.HEADER + 8);
        to.tell(frame, 1);
        from.add(frame.getInt(Protocol.HEADER), frame.getInt(Protocol.HEADER + 4));
    }

    private static void breaks(org.junit.jupiter.api.function.Executable call) {
        assertEquals(Rule.CREDIT, assertThrows(ProtocolError.class, call).rule());
    }

    @Test
    void moreThanTheCreditIsAnOverrunOfEitherKind() {
        breaks(() -> receiving.use(ENCODED + 1, 1));
        breaks(() -> receiving.use(1, RAW + 1));
    }

    @Test
    void aShortBlockCountsWhatHoldingItCosts() throws ProtocolError {
        for (int i = 0; i < ENCODED / Protocol.LEAST_COST; i++) {
            receiving.use(0, 1);
        }
        assertEquals(0, receiving.available());
        breaks(() -> receiving.use(0, 1));
    }

    @Test
    void whatWasDrainedCountsOnlyWhenThePeerWasTold() throws ProtocolError {
        receiving.use(ENCODED, ENCODED);
        receiving.drained(ENCODED, ENCODED);
        breaks(() -> receiving.use(1, 1));
        receiving.tell(ByteBuffer.allocate(100), 1);
        receiving.use(ENCODED, ENCODED);
    }

    @ParameterizedTest
    @CsvSource({"1,0", "0,1", "-1,0", "0,-1", "2147483647,0", "0,2147483647", "-2147483648,-2147483648"})
    void moreCreditThanTheWindowHasIsRefused(int encoded, int raw) {
        breaks(() -> sending.add(encoded, raw));
    }

    @Test
    void thePeerIsToldAtAQuarterOfEitherWindow() {
        receiving.drained(ENCODED / 4 - 1, RAW / 4 - 1);
        assertFalse(receiving.worthTelling());
        receiving.drained(1, 0);
        assertTrue(receiving.worthTelling());
        receiving.tell(ByteBuffer.allocate(100), 1);
        assertFalse(receiving.worthTelling());
        receiving.drained(0, RAW / 4);
        assertTrue(receiving.worthTelling());
    }
}

package org.ferrule.net.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Buffers of which the kernel gives less than was asked for. */
class SocketOptionsTest {
    private static final int LIMIT = 212_992;

    /** A channel whose kernel has a limit. */
    private static final class Limited implements NetworkChannel {
        private final Map<SocketOption<?>, Object> values = new HashMap<>();

        @Override
        public <T> NetworkChannel setOption(SocketOption<T> name, T value) {
            values.put(name, value instanceof Integer size ? Math.min(size, LIMIT) : value);
            return this;
        }

        @Override
        public <T> T getOption(SocketOption<T> name) {
            return name.type().cast(values.get(name));
        }

        @Override
        public Set<SocketOption<?>> supportedOptions() {
            return values.keySet();
        }

        @Override
        public NetworkChannel bind(SocketAddress local) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SocketAddress getLocalAddress() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Test
    void whatTheKernelCutsIsToldWithTheSettingThatRaisesIt() throws IOException {
        NetworkChannel channel = new Limited()
                .setOption(StandardSocketOptions.SO_SNDBUF, 8 << 20)
                .setOption(StandardSocketOptions.SO_RCVBUF, 4 << 20);
        assertEquals(
                "a send-buffer-size of 8388608 bytes was asked for, the kernel gives 212992; raise its limit with: "
                        + "sysctl -w net.core.wmem_max=8388608",
                SocketOptions.shortfall(channel, StandardSocketOptions.SO_SNDBUF, 8 << 20));
        assertEquals(
                "a receive-window-size of 4194304 bytes was asked for, the kernel gives 212992; raise its limit with: "
                        + "sysctl -w net.core.rmem_max=4194304",
                SocketOptions.shortfall(channel, StandardSocketOptions.SO_RCVBUF, 4 << 20));
    }

    @Test
    void whatItGivesInFullIsNotWorthALine() throws IOException {
        NetworkChannel channel = new Limited().setOption(StandardSocketOptions.SO_SNDBUF, LIMIT);
        assertEquals("", SocketOptions.shortfall(channel, StandardSocketOptions.SO_SNDBUF, LIMIT));
    }

    @Test
    void theRealKernelAnswersInTheSameUnit() throws IOException {
        // Linux keeps double of what is asked for its own use; the comparison must not be fooled by that.
        try (var channel = java.nio.channels.SocketChannel.open()) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, 65_536);
            assertEquals("", SocketOptions.shortfall(channel, StandardSocketOptions.SO_SNDBUF, 65_536));
            assertEquals(65_536, channel.getOption(StandardSocketOptions.SO_SNDBUF));
        }
    }
}

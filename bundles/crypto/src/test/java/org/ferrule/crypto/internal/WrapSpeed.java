package org.ferrule.crypto.internal;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import javax.net.ssl.SSLEngine;
import org.ferrule.config.Home;

/**
 * Prints how fast an engine of the device encrypts: above 1 GB/s the JDK's own AES-GCM is at work, Bouncy Castle's would
 * give a tenth. Run by hand.
 */
public final class WrapSpeed {
    private WrapSpeed() {}

    private static DeviceEngines engines(String name, Path folder) {
        Home home = new Home(folder.resolve(name));
        return new DeviceEngines(home, new MasterKeySecrets(home), name, Clock.systemUTC());
    }

    /** Takes no arguments. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("speed");
        DeviceEngines one = engines("a", folder);
        DeviceEngines two = engines("b", folder);
        for (int i = 0; i < 200; i++) {
            long start = System.nanoTime();
            new Handshakes(one.engine(true, "x"), two.engine(false, "x")).complete();
            if (i % 50 == 49) {
                System.out.printf("handshake, both ends: %.2f ms%n", (System.nanoTime() - start) / 1e6);
            }
        }
        SSLEngine client = one.engine(true, "x");
        new Handshakes(client, two.engine(false, "x")).complete();
        ByteBuffer plain = ByteBuffer.allocateDirect(16384);
        ByteBuffer out = ByteBuffer.allocateDirect(32768);
        for (int round = 0; round < 5; round++) {
            long bytes = 0;
            long start = System.nanoTime();
            while (bytes < 2L << 30) {
                plain.clear();
                out.clear();
                bytes += client.wrap(plain, out).bytesConsumed();
            }
            System.out.printf("wrap: %.2f GB/s%n", bytes / (double) (System.nanoTime() - start));
        }
    }
}

package org.ferrule.net.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.ferrule.stream.ConnectHandler;
import org.ferrule.stream.Listener;
import org.ferrule.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS streams against the JDK's own sockets. */
@Timeout(60)
class TlsTest {
    private static final char[] PASSWORD = "of no value".toCharArray();
    private static SSLContext context;

    private final Lab lab = new Lab();
    private final ByteArrayOutputStream got = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> all = new CompletableFuture<>();

    @BeforeAll
    static void makeKey(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("key.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start();
        assertEquals(0, keytool.waitFor());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory key = KeyManagerFactory.getInstance("PKIX");
        key.init(keys, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(keys);
        context = SSLContext.getInstance("TLS");
        context.init(key.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
    }

    @AfterEach
    void end() {
        lab.close();
    }

    /** Collects what it gets until the end of input, and answers with that. */
    private class Collect extends Lab.Echo {
        Collect() {
            lab.super();
        }

        @Override
        public void received(Stream stream, ByteBuffer data) {
            assertTrue(stream.loop().inLoop(), "told by another loop");
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            got.writeBytes(bytes);
        }

        @Override
        public void inputEnded(Stream stream) {
            all.complete(got.toByteArray());
            stream.write(ByteBuffer.wrap(got.toByteArray()));
            stream.shutdownOutput();
        }
    }

    private Listener listen(Collect handler) throws IOException {
        return lab.listen(stream -> {
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(false);
            lab.network.secure(stream, engine, Duration.ofSeconds(20), new ConnectHandler() {
                @Override
                public void connected(Stream secured) {
                    secured.handler(handler);
                }

                @Override
                public void failed(IOException reason) {
                    all.completeExceptionally(reason);
                }
            });
        });
    }

    /** Sends, ends its output, and reads the answer to its end. */
    private void exchange(Listener listener, byte[] sent) throws Exception {
        try (Socket socket = context.getSocketFactory()
                .createSocket(
                        listener.address().getAddress(), listener.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(sent);
            ((SSLSocket) socket).shutdownOutput();
            assertArrayEquals(sent, all.get(30, TimeUnit.SECONDS));
            assertArrayEquals(sent, socket.getInputStream().readAllBytes());
        }
        assertTrue(lab.next().startsWith("closed ORDERLY"));
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(size).nextBytes(bytes);
        return bytes;
    }

    @Test
    void halfClosedEitherWayItStillCarriesTheAnswer() throws Exception {
        exchange(listen(new Collect()), random(200_000));
    }

    @Test
    void nothingIsLostWhileReadingStopsInTheMiddleOfRecords() throws Exception {
        Listener listener = listen(new Collect() {
            @Override
            public void received(Stream stream, ByteBuffer data) {
                super.received(stream, data);
                stream.suspendRead();
                stream.loop().execute(stream::resumeRead);
            }
        });
        exchange(listener, random(3_000_000));
    }

    @Test
    void itMovesWithWhatWasNotDecryptedYet() throws Exception {
        Listener listener = listen(new Collect() {
            private boolean moving;
            private int moves;

            @Override
            public void received(Stream stream, ByteBuffer data) {
                assertTrue(!moving, "told while it moves");
                super.received(stream, data);
                if (moves < 20) {
                    moves++;
                    moving = true;
                    lab.network.move(
                            stream,
                            lab.network.loops().get(1 - stream.loop().index()),
                            there -> moving = there != stream);
                }
            }
        });
        exchange(listener, random(4_000_000));
    }
}

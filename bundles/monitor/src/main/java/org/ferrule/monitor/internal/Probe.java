package org.ferrule.monitor.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.ConnectHandler;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Network;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;
import org.ferrule.stream.TcpSettings;

/** One probe of one target: connects, sends, looks at the answer. On a loop. */
final class Probe implements ConnectHandler, StreamHandler {
    /** An answer is searched no further. */
    private static final int MOST = 1 << 16;

    private static final TcpSettings SETTINGS =
            new TcpSettings(Duration.ZERO, false, false, 0, 0, 1 << 16, 1 << 15, Duration.ZERO);

    private final Probing probing;
    private final Consumer<String> result;
    private final StringBuilder answer = new StringBuilder();
    private EventLoop.Timer timer;
    private Stream stream;
    private boolean done;

    private Probe(Probing probing, Consumer<String> result) {
        this.probing = probing;
        this.result = result;
    }

    /**
     * Starts a probe.
     *
     * @param result told on the loop, exactly once: "" if the target is well, else what is wrong
     */
    static void start(
            Network network, EventLoop loop, InetSocketAddress target, Probing probing, Consumer<String> result) {
        Probe probe = new Probe(probing, result);
        loop.execute(() -> {
            probe.timer = loop.schedule(
                    probing.interval(),
                    () -> probe.finish("no answer within " + probing.interval().toSeconds() + " s"));
            network.connect(loop, target, SETTINGS, probing.interval(), probe);
        });
    }

    @Override
    public void connected(Stream opened) {
        stream = opened;
        stream.handler(this);
        if (done) {
            stream.reset();
            return;
        }
        if (!probing.send().isEmpty()) {
            stream.write(ByteBuffer.wrap(probing.send().getBytes(StandardCharsets.ISO_8859_1)));
        }
        if (!probing.answerWanted()) {
            finish("");
        }
    }

    @Override
    public void failed(IOException reason) {
        finish(String.valueOf(reason.getMessage()));
    }

    @Override
    public void received(Stream from, ByteBuffer data) {
        if (answer.length() < MOST) {
            answer.append(StandardCharsets.ISO_8859_1.decode(data));
        }
        if (probing.recv() == null || probing.recv().matcher(answer).find()) {
            finish("");
        } else if (answer.length() >= MOST) {
            finish("the answer does not contain \"" + probing.recv() + "\"");
        }
    }

    @Override
    public void inputEnded(Stream from) {
        finish(
                answer.isEmpty()
                        ? "the connection was ended without an answer"
                        : "the answer does not contain \"" + probing.recv() + "\"");
    }

    @Override
    public void closed(Stream from, CloseReason reason) {
        finish("the connection was reset");
    }

    private void finish(String problem) {
        if (done) {
            return;
        }
        done = true;
        timer.cancel();
        if (stream != null) {
            // An orderly end where the target is well: some servers log every reset.
            if (problem.isEmpty() && !probing.answerWanted()) {
                stream.shutdownOutput();
                stream.loop().schedule(Duration.ofSeconds(1), stream::reset);
            } else {
                stream.reset();
            }
        }
        result.accept(problem);
    }
}

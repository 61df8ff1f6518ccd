package org.ferrule.system.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;

/** Carries one end of a pairing over a TLS stream: frames, time limit, and an orderly end. On the stream's loop. */
final class PairingStream implements StreamHandler {
    static final Duration TIME_LIMIT = Duration.ofSeconds(10);

    private static final Duration LINGER = Duration.ofSeconds(2);

    private final Stream stream;
    private final PairingParty party;
    private final Outcome outcome;
    private final PairingFrames frames = new PairingFrames();
    private EventLoop.Timer timer;
    private boolean told;

    /** Is told how it went: exactly one call, on the loop. */
    interface Outcome {
        /** Both ends have their proofs. The stream is still open, for {@link PairingStream#finish}. */
        void proved(PairingStream pairing, PairingParty.Peer peer);

        /** It failed; the other end was told as far as possible. */
        void failed(String reason);
    }

    PairingStream(Stream stream, PairingParty party, Outcome outcome) {
        this.stream = stream;
        this.party = party;
        this.outcome = outcome;
    }

    void start() {
        stream.handler(this);
        timer = stream.loop().schedule(TIME_LIMIT, () -> {
            String limit = "it took longer than " + TIME_LIMIT.toSeconds() + " seconds";
            fail(new PairingException(limit));
        });
        party.begin().forEach(this::send);
    }

    /** Sends the last message and closes. */
    void finish(PairingMessage last) {
        send(last);
        close();
    }

    /** Closes; what was written still goes out. */
    void close() {
        timer.cancel();
        if (!stream.closed()) {
            stream.shutdownOutput();
            timer = stream.loop().schedule(LINGER, stream::reset);
        }
    }

    private void send(PairingMessage message) {
        stream.write(PairingFrames.frame(message));
    }

    @Override
    public void received(Stream from, ByteBuffer data) {
        if (told) {
            data.position(data.limit());
            return;
        }
        try {
            for (PairingMessage message : frames.feed(data)) {
                party.receive(message).forEach(this::send);
            }
            if (party.proved()) {
                told = true;
                timer.cancel();
                outcome.proved(this, party.peer());
            }
        } catch (PairingException e) {
            fail(e);
        }
    }

    private void fail(PairingException failure) {
        if (told) {
            return;
        }
        told = true;
        if (!failure.saidByPeer()) {
            send(new PairingMessage.Refused(failure.getMessage()));
        }
        close();
        outcome.failed(failure.getMessage());
    }

    @Override
    public void inputEnded(Stream from) {
        if (!told) {
            fail(new PairingException("the other appliance hung up"));
        }
    }

    @Override
    public void closed(Stream from, CloseReason reason) {
        timer.cancel();
        if (!told) {
            told = true;
            outcome.failed(reason.detail().isEmpty() ? "the connection was closed" : reason.detail());
        }
    }
}

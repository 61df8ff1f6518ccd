package org.ferrule.system.internal;

import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.ferrule.config.ConfigException;
import org.ferrule.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes in appliances that want to pair: runs the exchange on their loop, and the transaction on a thread that may block. */
final class PairingHost {
    private static final Logger LOG = LoggerFactory.getLogger(PairingHost.class);
    private static final int MAX_AT_ONCE = 16;

    private final PairingTokens tokens;
    private final Supplier<Optional<X509Certificate>> own;
    private final Supplier<String> hostname;
    private final TrustKeeper keeper;
    private final Executor blocking;
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicLong failures = new AtomicLong();

    PairingHost(
            PairingTokens tokens,
            Supplier<Optional<X509Certificate>> own,
            Supplier<String> hostname,
            TrustKeeper keeper,
            Executor blocking) {
        this.tokens = tokens;
        this.own = own;
        this.hostname = hostname;
        this.keeper = keeper;
        this.blocking = blocking;
    }

    /** How many appliances tried to pair and did not come through, since the start. */
    long failures() {
        return failures.get();
    }

    /** On the stream's loop. */
    void accept(Stream stream, X509Certificate peer) {
        Optional<X509Certificate> certificate = own.get();
        if (certificate.isEmpty()) {
            refuse(stream, "module crypto is not running");
        } else if (atOnce.incrementAndGet() > MAX_AT_ONCE) {
            atOnce.decrementAndGet();
            refuse(stream, "more than " + MAX_AT_ONCE + " appliances are pairing at once");
        } else {
            PairingParty party = new PairingAcceptor(tokens, hostname.get(), certificate.get(), peer);
            new PairingStream(stream, party, new Result(stream)).start();
        }
    }

    private void refuse(Stream stream, String reason) {
        logFailure(stream, reason);
        stream.reset();
    }

    private void logFailure(Stream stream, String reason) {
        LOG.warn(
                "Pairing with {} failed ({} since the start): {}",
                stream.remoteAddress(),
                failures.incrementAndGet(),
                reason);
    }

    private final class Result implements PairingStream.Outcome {
        private final Stream stream;

        Result(Stream stream) {
            this.stream = stream;
        }

        @Override
        public void proved(PairingStream pairing, PairingParty.Peer peer) {
            try {
                blocking.execute(() -> trust(pairing, peer));
            } catch (RejectedExecutionException e) {
                end(pairing, "the appliance is being stopped");
            }
        }

        private void trust(PairingStream pairing, PairingParty.Peer peer) {
            String problem = "";
            try {
                keeper.trust(peer, stream.remoteAddress().getAddress());
            } catch (ConfigException e) {
                problem = e.getMessage();
            } catch (RuntimeException e) {
                LOG.error("A paired device cannot be stored", e);
                problem = "it cannot be stored";
            }
            String said = problem;
            stream.loop().execute(() -> end(pairing, said));
        }

        private void end(PairingStream pairing, String problem) {
            atOnce.decrementAndGet();
            if (problem.isEmpty()) {
                pairing.finish(new PairingMessage.Paired());
            } else {
                logFailure(stream, problem);
                pairing.finish(new PairingMessage.Refused(problem));
            }
        }

        @Override
        public void failed(String reason) {
            atOnce.decrementAndGet();
            logFailure(stream, reason);
        }
    }
}

package org.ferrule.crypto.internal;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/** An engine that knows the key exchange of its handshake; in all else the engine within. */
final class WatchedEngine extends SSLEngine {
    private static final String KEM = "MLKEM";

    private final SSLEngine engine;
    private final ThreadLocal<Consumer<String>> atWork;
    private String curve = "";
    private String kem = "";
    private boolean done;

    WatchedEngine(SSLEngine engine, ThreadLocal<Consumer<String>> atWork) {
        super(engine.getPeerHost(), engine.getPeerPort());
        this.engine = engine;
        this.atWork = atWork;
    }

    /** {@code X25519MLKEM768}, {@code x25519}, {@code secp256r1}; "" before the handshake came so far. */
    String keyExchange() {
        boolean hybrid = !kem.isEmpty() && !curve.isEmpty();
        // RFC names of hybrids begin with a capital: X25519MLKEM768.
        return hybrid ? Character.toUpperCase(curve.charAt(0)) + curve.substring(1) + kem : curve + kem;
    }

    private void note(String group) {
        if (group.startsWith(KEM)) {
            kem = group;
        } else {
            curve = group;
        }
    }

    private interface Step<T> {
        T run() throws SSLException;
    }

    private <T> T step(Step<T> step) throws SSLException {
        atWork.set(this::note);
        try {
            return step.run();
        } finally {
            atWork.remove();
        }
    }

    private SSLEngineResult handshake(Step<SSLEngineResult> step) throws SSLException {
        SSLEngineResult result = step(step);
        done = result.getHandshakeStatus() == HandshakeStatus.FINISHED;
        return result;
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target) throws SSLException {
        return done
                ? engine.wrap(sources, offset, length, target)
                : handshake(() -> engine.wrap(sources, offset, length, target));
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length) throws SSLException {
        return done
                ? engine.unwrap(source, targets, offset, length)
                : handshake(() -> engine.unwrap(source, targets, offset, length));
    }

    // SSLEngine's own forms for one buffer would make an array for each record.
    @Override
    public SSLEngineResult wrap(ByteBuffer source, ByteBuffer target) throws SSLException {
        return done ? engine.wrap(source, target) : handshake(() -> engine.wrap(source, target));
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer target) throws SSLException {
        return done ? engine.unwrap(source, target) : handshake(() -> engine.unwrap(source, target));
    }

    @Override
    public void beginHandshake() throws SSLException {
        step(() -> {
            engine.beginHandshake();
            return null;
        });
    }

    @Override
    public Runnable getDelegatedTask() {
        return engine.getDelegatedTask();
    }

    @Override
    public void closeInbound() throws SSLException {
        engine.closeInbound();
    }

    @Override
    public boolean isInboundDone() {
        return engine.isInboundDone();
    }

    @Override
    public void closeOutbound() {
        engine.closeOutbound();
    }

    @Override
    public boolean isOutboundDone() {
        return engine.isOutboundDone();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return engine.getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return engine.getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        engine.setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return engine.getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return engine.getEnabledProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        engine.setEnabledProtocols(protocols);
    }

    @Override
    public SSLSession getSession() {
        return engine.getSession();
    }

    @Override
    public SSLSession getHandshakeSession() {
        return engine.getHandshakeSession();
    }

    @Override
    public HandshakeStatus getHandshakeStatus() {
        return engine.getHandshakeStatus();
    }

    @Override
    public void setUseClientMode(boolean mode) {
        engine.setUseClientMode(mode);
    }

    @Override
    public boolean getUseClientMode() {
        return engine.getUseClientMode();
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        engine.setNeedClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return engine.getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        engine.setWantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return engine.getWantClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean flag) {
        engine.setEnableSessionCreation(flag);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return engine.getEnableSessionCreation();
    }

    @Override
    public SSLParameters getSSLParameters() {
        return engine.getSSLParameters();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        engine.setSSLParameters(parameters);
    }

    @Override
    public String getApplicationProtocol() {
        return engine.getApplicationProtocol();
    }

    @Override
    public String getHandshakeApplicationProtocol() {
        return engine.getHandshakeApplicationProtocol();
    }

    @Override
    public void setHandshakeApplicationProtocolSelector(BiFunction<SSLEngine, List<String>, String> selector) {
        engine.setHandshakeApplicationProtocolSelector(
                selector == null ? null : (inner, protocols) -> selector.apply(this, protocols));
    }

    @Override
    public BiFunction<SSLEngine, List<String>, String> getHandshakeApplicationProtocolSelector() {
        return engine.getHandshakeApplicationProtocolSelector();
    }
}

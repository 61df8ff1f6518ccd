package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import org.ferrule.codec.dictionary.DictionaryDecoder;
import org.ferrule.codec.dictionary.DictionaryEncoder;
import org.ferrule.codec.dictionary.FibreDictionary;

/** For a fibre that can join no session, until another epoch begins: the peer never hears that this end has joined. */
final class NoMember implements FibreDictionary {
    static final NoMember INSTANCE = new NoMember();

    private NoMember() {}

    @Override
    public boolean ready() {
        return false;
    }

    @Override
    public void message(ByteBuffer message) {
        // It is about what this end has forgotten.
    }

    @Override
    public void paused() {
        // Nothing is stored.
    }

    @Override
    public void rest() {
        // Nothing is stored.
    }

    @Override
    public DictionaryEncoder encoder(String domain) {
        throw new IllegalStateException("not ready");
    }

    /** A peer that sends blocks all the same breaks the protocol. */
    @Override
    public DictionaryDecoder decoder(String domain) {
        return NoDecoder.INSTANCE;
    }

    @Override
    public void leave() {
        // It never joined.
    }
}

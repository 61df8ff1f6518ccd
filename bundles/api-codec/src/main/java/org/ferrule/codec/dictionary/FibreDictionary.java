package org.ferrule.codec.dictionary;

import java.nio.ByteBuffer;
import org.ferrule.codec.CodecException;
import org.osgi.annotation.versioning.ProviderType;

/** A dictionary as one fibre uses it. On the fibre's loop. */
@ProviderType
public interface FibreDictionary {
    /** Whether the peer has joined, too, so that blocks can be encoded. */
    boolean ready();

    /**
     * A message of the peer's dictionary.
     *
     * @throws CodecException if it is none: the peer breaks the protocol
     */
    void message(ByteBuffer message) throws CodecException;

    /** Input has paused: the peer is told what was stored, if that is due. */
    void paused();

    /** Time passed, about a second or more: the peer is told all that was stored. */
    void rest();

    /**
     * An encoder for what a flow sends.
     *
     * @param domain the trust domain: nothing of one is ever referred to in another
     */
    DictionaryEncoder encoder(String domain);

    /** The decoder of what a flow receives. */
    DictionaryDecoder decoder(String domain);

    /**
     * The fibre is over, or does not use the dictionary any more, and nothing that does is on its way in either direction.
     * Nothing else is called afterwards.
     */
    void leave();
}

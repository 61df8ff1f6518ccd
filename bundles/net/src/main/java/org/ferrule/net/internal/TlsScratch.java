package org.ferrule.net.internal;

import java.nio.ByteBuffer;
import org.ferrule.memory.MemoryAccount;

/** Buffers that all TLS streams of one loop share, since only one of them works at a time. */
final class TlsScratch {
    /** Several records at once, so that bulk data costs one write for many records. */
    private static final int SIZE = 1 << 17;

    private final MemoryAccount account;
    private ByteBuffer plain;
    private ByteBuffer sealed;
    private boolean plainInUse;

    /** @param account who pays for what sessions hold */
    TlsScratch(MemoryAccount account) {
        this.account = account;
    }

    /** Who pays for what sessions hold. */
    MemoryAccount account() {
        return account;
    }

    /**
     * Where records are decrypted to. A handler that is given it may end up in another stream's decryption on the same
     * loop; that one gets a buffer of its own.
     */
    ByteBuffer borrowPlain() {
        if (plainInUse) {
            return ByteBuffer.allocateDirect(SIZE);
        }
        if (plain == null) {
            plain = ByteBuffer.allocateDirect(SIZE);
        }
        plainInUse = true;
        return plain.clear();
    }

    void returnPlain(ByteBuffer buffer) {
        if (buffer == plain) {
            plainInUse = false;
        }
    }

    /** Where records are encrypted to; it is handed to the transport before anybody else is called. */
    ByteBuffer sealed() {
        if (sealed == null) {
            sealed = ByteBuffer.allocateDirect(SIZE);
        }
        return sealed.clear();
    }
}

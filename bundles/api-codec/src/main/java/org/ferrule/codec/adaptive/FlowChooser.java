package org.ferrule.codec.adaptive;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Chooses for the blocks of one history. Whoever encodes asks {@link #next} for each block that is worth a codec, encodes
 * as told, and tells {@link #encoded} what became of it. On the fibre's loop.
 */
@ProviderType
public interface FlowChooser {
    /**
     * How to encode the next block.
     *
     * @param rawBytes its size
     * @param nanoTime the loop's time
     */
    Choice next(int rawBytes, long nanoTime);

    /**
     * A choice to be tried on the block that {@link #next} was just asked about, with a history of its own that is kept
     * from one such block to the next, and without sending the result; null if there is nothing to be found out. A choice
     * other than the one before begins a history.
     */
    Choice trial();

    /**
     * A block was encoded as {@link #next} said.
     *
     * @param encodedBytes its size; {@code rawBytes} if the codec did not make it smaller
     * @param nanos of a processor that that took
     */
    void encoded(Choice choice, int rawBytes, int encodedBytes, long nanos);

    /** The same of a {@link #trial}, after the block itself. */
    void tried(Choice choice, int rawBytes, int encodedBytes, long nanos);
}

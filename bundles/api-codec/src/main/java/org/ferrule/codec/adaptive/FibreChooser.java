package org.ferrule.codec.adaptive;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Chooses for the blocks that one fibre sends: keeps what all of its flows have to share, the link and the processor. On
 * the fibre's loop, but for {@link #decision}.
 */
@ProviderType
public interface FibreChooser {
    /** What may be chosen from now on: one entry for each codec that both ends allow, the most wanted first. */
    void allow(List<Allowed> codecs);

    /**
     * How fast the link last was, or who reads at its other end, while that held the fibre up.
     *
     * @param nanosPerByte on the wire; 0 if it has not held the fibre up, or carried more since
     */
    void link(double nanosPerByte);

    /**
     * What there is of the processor.
     *
     * @param share of it that the fibre's loop has while it encodes: above 0, at most 1; less than 1 where others want it, too
     * @param others nanoseconds of it that each raw byte took before it was to be encoded, in de-duplication
     */
    void processor(double share, double others);

    /** A chooser for the blocks of one history: those of a flow, or of all flows that share one. */
    FlowChooser flow();

    /** What is chosen now, and why. Any thread. */
    Decision decision();

    /**
     * A codec that may be chosen.
     *
     * @param codec the codec
     * @param mostLevel the highest level that both ends allow; one that the codec has
     */
    record Allowed(org.ferrule.codec.Codec codec, int mostLevel) {}

    /**
     * What is chosen, for people.
     *
     * @param choice such as {@code zstd level 3}, or {@code none}
     * @param bottleneck what holds the fibre up: {@code link}, {@code processor} or {@code nothing}
     * @param reason one sentence with the figures that decided
     */
    record Decision(String choice, String bottleneck, String reason) {}
}

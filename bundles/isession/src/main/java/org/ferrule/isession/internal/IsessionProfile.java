package org.ferrule.isession.internal;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Choice;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;

/** {@code wom profile isession}. */
@Kind(value = "wom profile isession", title = "iSession profile", help = "How connections travel through tunnels")
record IsessionProfile(
        @Property(
                help =
                        "Whether codec and level are chosen block by block, by what is measured; else the first codec holds",
                initial = "enabled")
        boolean adaptiveCompression,

        @Property(
                help = "The size of bzip2's own blocks in 100 KB; no matter for the 16 KB that tunnels send at a time",
                min = 1,
                max = 9,
                initial = "9")
        int bzip2CompressionLevel,

        @Property(help = "Whether data is compressed, if the peer allows it", initial = "enabled")
        boolean compression,

        @Property(help = "The codecs that may be used, most wanted first", initial = "zstd lz4 deflate")
        List<String> compressionCodecs,

        @Property(
                help = "Whose history data is compressed with; fibre needs the consent of both ends",
                initial = "flow")
        Context compressionContext,

        @Property(
                help = "A peer of which nothing was heard for so long is taken for dead",
                unit = "seconds",
                min = 3,
                max = 3600,
                initial = "15")
        int deadPeerTimeout,

        @Property(
                help = "Whether what was exchanged before is sent as a reference to it, if the peer allows that",
                initial = "enabled")
        boolean deduplication,

        @Property(
                help = "The profile from which this one inherits",
                type = PropertyType.REFERENCE,
                references = "wom profile isession",
                initial = "/Common/isession")
        String defaultsFrom,

        @Property(
                help = "1: fastest, 9: smallest; the highest that adaptive-compression chooses",
                min = 1,
                max = 9,
                initial = "1")
        int deflateCompressionLevel,

        @Property(help = "What the profile is for") String description,

        @Property(
                help = "The peers' local endpoints; without one, all enabled remote endpoints",
                type = PropertyType.REFERENCE,
                references = "ltm pool",
                initial = "none")
        String endpointPool,

        @Property(
                help = "A fibre beyond the least that had no flow for so long is closed",
                unit = "seconds",
                min = 1,
                max = 86400,
                initial = "60")
        int fibreIdleTimeout,

        @Property(
                help = "Flows on each fibre of a loop at which a further one is opened; with max-fibres they share",
                min = 1,
                max = 16384,
                initial = "4096")
        int flowsPerFibre,

        @Property(
                help = "1: fastest, 12: smallest; the highest that adaptive-compression chooses",
                min = 1,
                max = 12,
                initial = "1")
        int lz4CompressionLevel,

        @Property(
                help = "A fibre of this age is replaced; its flows go on to their end; 0: never",
                unit = "seconds",
                max = 86400,
                initial = "600")
        int maxFibreAge,

        @Property(
                help = "Fibres of a tunnel at most; each event loop has one at least",
                min = 1,
                max = 64,
                initial = "8")
        int maxFibres,

        @Property(
                help = "Fibres of a tunnel that are kept open; each event loop has one at least",
                min = 1,
                max = 64,
                initial = "1")
        int minFibres,

        @Property(help = "Whether tunnels are used at all", initial = "enabled")
        boolean mode,

        @Property(
                help =
                        "Whether flows use fibres to the port that their clients called, where the peer listens there; it splits warm fibres",
                initial = "disabled")
        boolean portTransparency,

        @Property(
                help = "What one peer may have sent that nobody has read yet; 0: as much as the appliance has for all",
                unit = "megabytes",
                max = 65536,
                initial = "0")
        int receiveMemory,

        @Property(
                help = "Whether flows share warm fibres; disabled, each has one of its own that ends with it",
                initial = "enabled")
        boolean reuseConnection,

        @Property(
                help = "Fibres without a flow that are kept for those to come, within max-fibres",
                max = 64,
                initial = "0")
        int spareFibres,

        @Property(help = "Which virtual server of the peer takes a connection", initial = "virtual-match-all")
        Target targetVirtual,

        @Property(
                help = "Which flows may refer to each other's data; of both ends the stricter holds",
                initial = "profile")
        DictionaryOption.TrustDomain trustDomain,

        @Property(
                help = "1: fastest, 19: smallest; the highest that adaptive-compression chooses",
                min = 1,
                max = 19,
                initial = "6")
        int zstdCompressionLevel,

        @Property(
                help =
                        "How far a history of zstd reaches back; the shorter of both ends, and 512 where memory is short",
                unit = "kilobytes",
                min = 512,
                max = 8192,
                initial = "2048")
        int zstdWindowSize) {

    static final String KIND = "wom profile isession";

    /** The values of the declaration above, for a profile that does not exist any more. */
    static final IsessionProfile DEFAULTS = ConfigTree.of(
                    List.of(new ConfigObject(new ObjectId(KIND, Settings.ROOT), 1, Map.of())), List.of())
            .view(IsessionProfile.class, Settings.ROOT)
            .orElseThrow();

    /** What the profile allows. */
    Options options() {
        Map<String, Integer> levels = new HashMap<>();
        compressionCodecs.forEach(codec -> level(codec).ifPresent(level -> levels.put(codec, level)));
        return new Options(
                mode,
                compression,
                compressionCodecs,
                Map.copyOf(levels),
                Map.of("zstd", zstdWindowSize),
                adaptiveCompression,
                compressionContext == Context.FIBRE,
                reuseConnection,
                portTransparency,
                List.of(),
                DictionaryOption.of(deduplication, trustDomain));
    }

    /** Bytes that one peer may have sent. */
    long receiveLimit() {
        return receiveMemory == 0 ? Long.MAX_VALUE / 4 : (long) receiveMemory << 20;
    }

    Duration deadPeer() {
        return Duration.ofSeconds(deadPeerTimeout);
    }

    /** Zero: never. */
    Duration maxAge() {
        return Duration.ofSeconds(maxFibreAge);
    }

    Duration fibreIdle() {
        return Duration.ofSeconds(fibreIdleTimeout);
    }

    /** The highest level for a codec; empty for one that has no property here, such as somebody else's. */
    private OptionalInt level(String codec) {
        return switch (codec) {
            case "bzip2" -> OptionalInt.of(bzip2CompressionLevel);
            case "deflate" -> OptionalInt.of(deflateCompressionLevel);
            case "lz4" -> OptionalInt.of(lz4CompressionLevel);
            case "zstd" -> OptionalInt.of(zstdCompressionLevel);
            default -> OptionalInt.empty();
        };
    }

    /** What a block's history is. */
    enum Context {
        @Choice("Each flow has its own")
        FLOW,
        @Choice("All flows of a fibre have one: small requests shrink more, but sizes tell of other clients' data")
        FIBRE
    }

    /** How the far end looks for the virtual server. */
    enum Target {
        @Choice("The best match of any virtual server")
        VIRTUAL_MATCH_ALL,
        @Choice("The best match among those whose destination is one address")
        HOST_MATCH_ALL,
        @Choice("As host-match-all, but none that has an iSession profile itself")
        HOST_MATCH_NO_ISESSION,
        @Choice("The best match of any virtual server; without one straight to the destination, if the peer allows it")
        MATCH_ALL,
        @Choice("No virtual server: straight to the destination, if the peer allows it")
        NONE;

        /** Whether connections may go straight to their destination. */
        boolean straight() {
            return this == MATCH_ALL || this == NONE;
        }
    }
}

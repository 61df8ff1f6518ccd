package org.ferrule.isession.internal;

import java.util.Map;
import org.ferrule.codec.dictionary.Deduplication;
import org.ferrule.codec.dictionary.Dictionary;
import org.ferrule.config.kind.Choice;
import org.ferrule.config.kind.Kinds;

/**
 * What an end says of de-duplication: whether it wants it, and which dictionary it has for this peer.
 *
 * @param wanted whether the profile enables it
 * @param codec the form of its blocks; empty: there is no dictionary
 * @param epoch which dictionary it is
 * @param domain what flows must have in common
 * @param obstacle why there is no dictionary although it is wanted; not told to the peer
 */
record DictionaryOption(boolean wanted, String codec, String epoch, TrustDomain domain, String obstacle) {
    static final String NAME = "deduplication";
    private static final String DICTIONARY = "dictionary";
    private static final String DOMAIN = "trust-domain";

    static final DictionaryOption NONE = new DictionaryOption(false, "", "", TrustDomain.VIRTUAL_SERVER, "");

    /** Which flows may be compared with each other; the later, the stricter. */
    enum TrustDomain {
        @Choice("All that go to the same peer")
        SHARED,
        @Choice("Those of one profile")
        PROFILE,
        @Choice("Those of one virtual server, of the end that opens them")
        VIRTUAL_SERVER;

        /** What holds if the ends want different things. */
        TrustDomain stricter(TrustDomain other) {
            return compareTo(other) < 0 ? other : this;
        }

        /** The name of a flow's domain. */
        String of(String profile, String virtualServer) {
            return switch (this) {
                case SHARED -> "shared";
                case PROFILE -> "profile " + profile;
                case VIRTUAL_SERVER -> "virtual " + virtualServer;
            };
        }
    }

    /** As the configuration has it, before anybody has looked for a dictionary. */
    static DictionaryOption of(boolean wanted, TrustDomain domain) {
        return new DictionaryOption(wanted, "", "", domain, "");
    }

    /** The same with what there is. Nulls: the module is not running. */
    DictionaryOption with(Deduplication module, Dictionary dictionary) {
        if (!wanted) {
            return this;
        }
        String why = module == null ? "module dedup is not running" : dictionary.obstacle();
        return why.isEmpty()
                ? new DictionaryOption(true, module.codec(), dictionary.epoch(), domain, "")
                : new DictionaryOption(true, "", "", domain, why);
    }

    void put(Map<String, String> pairs) {
        pairs.put(NAME, wanted ? "enabled" : "disabled");
        pairs.put(DICTIONARY, (codec + " " + epoch).trim());
        pairs.put(DOMAIN, Kinds.typed(domain));
    }

    /** What a peer sent; what is unknown here counts as the strictest. */
    static DictionaryOption of(Map<String, String> pairs) {
        String[] words = pairs.getOrDefault(DICTIONARY, "").trim().split(" +");
        boolean there = words.length >= 2;
        TrustDomain domain = TrustDomain.VIRTUAL_SERVER;
        for (TrustDomain each : TrustDomain.values()) {
            if (Kinds.typed(each).equals(pairs.get(DOMAIN))) {
                domain = each;
            }
        }
        return new DictionaryOption(
                "enabled".equals(pairs.get(NAME)), there ? words[0] : "", there ? words[1] : "", domain, "");
    }

    /** Whether it is about the same dictionary. */
    boolean same(DictionaryOption other) {
        return wanted == other.wanted && codec.equals(other.codec) && epoch.equals(other.epoch);
    }

    /** Why the two do not use it; empty if they do. */
    String whyNot(DictionaryOption theirs) {
        if (!wanted || !theirs.wanted) {
            return wanted ? "the peer does not" : theirs.wanted ? "this end does not" : "neither end allows it";
        }
        if (codec.isEmpty()) {
            return obstacle.isEmpty() ? "there is no dictionary here" : obstacle;
        }
        if (theirs.codec.isEmpty()) {
            return "the peer has no dictionary for this end";
        }
        return codec.equals(theirs.codec) ? "" : "the peer's is " + theirs.codec + ", this end's " + codec;
    }
}

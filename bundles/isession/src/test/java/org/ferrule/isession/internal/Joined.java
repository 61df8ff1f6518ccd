package org.ferrule.isession.internal;

import java.util.List;
import org.ferrule.codec.zstd.internal.ZstdCodec;
import org.ferrule.dedup.internal.DedupService;
import org.ferrule.stream.Stream;
import org.ferrule.testing.FakeLoop;
import org.ferrule.testing.FakeStream;

/** Two fibres back to back: what one sends arrives at the other when the loop runs. */
final class Joined {
    static final Options PLAIN = new Options(true, false, List.of());
    static final Options RUNS = new Options(true, true, List.of("runs"));

    final FakeLoop loop = new FakeLoop();
    final FakeStream nearStream = FakeStream.pair(loop).alwaysReads("a fibre never stops reading");
    final FakeStream farStream = nearStream.far();
    final FakeOwner nearOwner = new FakeOwner();
    final FakeOwner farOwner = new FakeOwner();
    final FakeCodec codec = new FakeCodec("runs");
    final Fibre near;
    final Fibre far;

    Joined() {
        this(PLAIN, PLAIN);
    }

    Joined(Options nearOptions, Options farOptions) {
        nearOwner.codecs.put("runs", codec);
        farOwner.codecs.put("runs", codec);
        near = new Fibre(nearStream, true, nearOwner, nearOptions, nearOwner.stats);
        far = new Fibre(farStream, false, farOwner, farOptions, farOwner.stats);
    }

    /** Both ends have a dictionary, and a codec that takes a prefix. */
    Joined deduplicate() {
        for (FakeOwner owner : List.of(nearOwner, farOwner)) {
            owner.codecs.put("zstd", new ZstdCodec());
            owner.deduplication = new DedupService();
        }
        return this;
    }

    Joined greet() {
        near.start();
        far.start();
        loop.run();
        return this;
    }

    /** Opens a flow from near to far; the far end has accepted it on return. */
    Opened open() {
        Opened opened = Opened.on(near);
        loop.run();
        return opened;
    }

    Stream accepted(int index) {
        return farOwner.accepted.get(index);
    }

    Recorder recorder(int index) {
        return farOwner.recorders.get(index);
    }
}

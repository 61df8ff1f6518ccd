package org.ferrule.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The bench's part that runs where the client is: sets everything up, has it measured, and tells. */
public final class WanInside {
    private static final int LARGEST = 64_000_000;
    private static final int LARGEST_QUICK = 50_000_000;

    private WanInside() {}

    /** Runs in the near namespace: the namespaces' name, a folder, the bench's options. */
    public static void main(String[] args) throws IOException {
        WanOptions options = WanOptions.of(Arrays.copyOfRange(args, 2, args.length));
        Path folder = Path.of(args[1]);
        Map<String, byte[]> content = WanContent.make(
                folder.resolve("content"), options.contents(), options.quick() ? LARGEST_QUICK : LARGEST);
        if (options.wants(WanOptions.Part.SECOND_FETCH)) {
            content.putAll(
                    WanContent.make(folder.resolve("content"), List.of(WanContent.NOISE), WanScenario.SECOND.bytes()));
        }
        try (Tools tools = new Tools(folder)) {
            WanSpaces spaces = WanSpaces.named(tools, args[0]);
            try (WanLink link = new WanLink(spaces.near(), spaces.far())) {
                spaces.join(options.fibres());
                measure(options, folder, content, new Ground(tools, spaces, link));
            }
        }
        System.exit(0);
    }

    private record Ground(Tools tools, WanSpaces spaces, WanLink link) {}

    private static void measure(WanOptions options, Path folder, Map<String, byte[]> content, Ground ground)
            throws IOException {
        String far = ground.spaces.far();
        ground.link.set(WanScenario.ALL.get(WanScenario.ALL.size() - 1));
        try (WanPeers peers = new WanPeers(ground.tools, folder, far);
                WanPair pair = new WanPair(folder, far)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                pair.close();
                peers.close();
            }));
            peers.start(folder.resolve("content"));
            pair.start().awaitTunnel();
            WanReport report = new WanReport();
            new WanMeasure(options, content, ground.link, ground.spaces, peers, pair, report).run();
            report.print();
            if (options.json() != null) {
                Report.write(report.results(), options.json());
            }
            if (options.plot() != null) {
                Files.writeString(options.plot(), WanPlot.of(report.rows()));
            }
        }
    }
}

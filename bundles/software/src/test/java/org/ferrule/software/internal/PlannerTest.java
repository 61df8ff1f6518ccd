package org.ferrule.software.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;

class PlannerTest {
    private final FakePlatform platform = new FakePlatform();
    private final Planner planner = new Planner(platform);

    private static Image image(String... namesAndVersions) throws IOException {
        List<Image.Bundle> bundles = new ArrayList<>();
        for (int i = 0; i < namesAndVersions.length; i += 2) {
            bundles.add(new Image.Bundle(
                    namesAndVersions[i],
                    Version.parseVersion(namesAndVersions[i + 1]),
                    "repository/" + i,
                    60,
                    Kars.bundle(namesAndVersions[i], namesAndVersions[i + 1])));
        }
        return new Image("a", "1", "0".repeat(64), "release", bundles);
    }

    private void assertRefused(Image image, boolean downgrade, String why) {
        List<String> before = platform.running();
        Unacceptable refused = assertThrows(Unacceptable.class, () -> planner.plan(image, downgrade));
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
        assertEquals(before, platform.running());
    }

    @Test
    void onlyWhatDiffersIsChanged() throws Exception {
        Image image = image("a", "1.1.0", "b", "1.0.0", "c", "1.0.0");
        platform.module("a", "1.0.0");
        platform.module("b", "1.0.0");
        platform.digests.put("b 1.0.0", image.bundles().get(1).sha256());
        Plan plan = planner.plan(image, false);
        assertEquals(
                List.of("replaces  a  1.0.0 -> 1.1.0", "keeps     b  1.0.0", "adds      c  1.0.0"),
                plan.steps().stream().map(Plan.Step::line).toList());
        assertEquals(2, plan.changes().size());
        // Looked at, and taken away again: nothing was started or resolved.
        assertEquals(List.of("a 1.0.0", "b 1.0.0"), platform.running());
        assertEquals(List.of("install a 1.1.0", "install c 1.0.0", "remove a 1.1.0", "remove c 1.0.0"), platform.done);
    }

    @Test
    void otherBytesNeedAHigherVersion() throws Exception {
        platform.module("a", "1.0.0");
        platform.digests.put("a 1.0.0", "other");
        assertRefused(image("a", "1.0.0"), true, "a bundle that was changed needs a higher version");
    }

    @Test
    void anOlderBundleNeedsTheWord() throws Exception {
        platform.module("a", "1.1.0");
        assertRefused(image("a", "1.0.0"), false, "the word downgrade allows that");
        assertEquals(1, planner.plan(image("a", "1.0.0"), true).changes().size());
    }

    @Test
    void thePlatformIsNotTouched() throws Exception {
        platform.add("library", "1.0.0", 20, "mvn:g/l/1", false);
        platform.add("exporter", "1.0.0", 60, "mvn:g/e/1", true);
        assertRefused(image("library", "2.0.0"), false, "belongs to the platform");
        assertRefused(image("exporter", "2.0.0"), false, "belongs to the platform");
    }

    @Test
    void oneThatIsBeingReplacedIsLeftAlone() throws Exception {
        platform.module("a", "1.0.0");
        platform.module("a", "1.1.0");
        assertRefused(image("a", "1.2.0"), false, "runs in 2 versions");
    }

    @Test
    void whatDoesNotFitTogetherIsRefusedAndTakenAway() throws Exception {
        platform.conflicts.add("x needs y");
        assertRefused(image("x", "1.0.0"), false, "x needs y");
        platform.failing = "install x 1.0.0";
        assertRefused(image("w", "1.0.0", "x", "1.0.0"), false, "the framework does not take it");
    }
}

package org.ferrule.lab.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ferrule.lab.AgentClient;
import org.ferrule.lab.Appliance;

/**
 * Modules fall out of a running appliance: they stop though nobody wants them to, are taken away, or are refreshed by the
 * framework. They come back by themselves.
 */
final class LostBundle implements Fault {
    /** Who brings the others back; and the contracts that all are tied to, which go with a whole program only. */
    private static final String SPARED = "org\\.ferrule\\.(software|lab\\..*|api-.*)";

    private static final int MOST = 3;

    @Override
    public String name() {
        return "bundles";
    }

    @Override
    public String strike(Grounds grounds, Appliance at, Random random) throws IOException {
        List<String> modules = new ArrayList<>(grounds.modules(at).keySet());
        modules.removeIf(module -> module.split(" ")[0].matches(SPARED));
        List<String> done = new ArrayList<>();
        List<String> awaited = new ArrayList<>();
        Said log = Said.since(at);
        try (AgentClient agent = grounds.agent(at)) {
            for (int i = 1 + random.nextInt(MOST); i > 0; i--) {
                String module = modules.remove(random.nextInt(modules.size()));
                String harm = List.of("fall", "uninstall", "refresh").get(random.nextInt(3));
                agent.ask(harm + " " + module);
                done.add(harm + " " + module);
                if (!harm.equals("refresh")) {
                    awaited.add(module);
                }
            }
        }
        for (String module : awaited) {
            log.awaits(module.split(" ")[0] + " .*and (was started|was installed) again");
        }
        grounds.roads().untouched(grounds.own(grounds.other(at)));
        return "what modules of " + at.name() + " met: " + String.join(", ", done);
    }
}

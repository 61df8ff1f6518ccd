package org.ferrule.isession.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Whether flows follow a route that a peer advertises.
 *
 * @param profiles full names of the iSession profiles whose flows do; empty if none do
 * @param reason which they are, or why none do, for people
 */
record RouteUse(List<String> profiles, String reason) {
    private static RouteUse not(String reason) {
        return new RouteUse(List.of(), reason);
    }

    /**
     * Looks at one route as flows would.
     *
     * @param device who advertises it
     */
    static RouteUse of(Core core, ProfileEnds ends, String device, Route route) {
        List<FarEnd> there =
                ends.all().stream().filter(end -> end.device().equals(device)).toList();
        List<FarEnd> up = there.stream().filter(end -> !end.fibres().isEmpty()).toList();
        if (up.isEmpty()) {
            return not("The tunnel of " + device + " is down");
        }
        if (!route.include()) {
            return not("include is disabled: traffic to it stays out of tunnels");
        }
        List<FarEnd> ready = up.stream().filter(FarEnd::ready).toList();
        if (ready.isEmpty()) {
            return not(device + " takes no flows: tunnels are disabled there");
        }
        if (up.stream().allMatch(end -> cheaper(end, route).isPresent())) {
            return not("the same peer has a route to it with metric "
                    + cheaper(up.get(0), route).orElseThrow().metric());
        }
        Optional<String> closed = ready.stream()
                .map(ends::closed)
                .filter(Optional::isPresent)
                .findFirst()
                .orElse(Optional.empty());
        String otherwise = closed.map(remote -> "allow-routing of remote endpoint " + remote + " is disabled")
                .orElse("no iSession profile leads to " + device);
        return byProfiles(core, ends, device, route, otherwise);
    }

    private static Optional<Route> cheaper(FarEnd end, Route route) {
        return Optional.ofNullable(end.routes().to(route.subnet())).filter(other -> other.betterThan(route));
    }

    private static RouteUse byProfiles(Core core, ProfileEnds ends, String device, Route route, String otherwise) {
        List<String> used = new ArrayList<>();
        String why = otherwise;
        for (String profile : new TreeSet<>(core.settings().profiles().keySet())) {
            List<FarEnd> choice =
                    ends.of(profile).stream().filter(FarEnd::ready).toList();
            boolean chosen = core.profile(profile).mode()
                    && choice.stream().anyMatch(end -> end.device().equals(device));
            Optional<FarEnd> rival = choice.stream()
                    .filter(end -> cheaper(end, route).isPresent())
                    .findFirst();
            if (chosen && rival.isEmpty()) {
                used.add(profile);
            } else if (chosen) {
                why = rival.get().device() + " has a better route to it, with metric "
                        + cheaper(rival.get(), route).orElseThrow().metric();
            }
        }
        return used.isEmpty() ? not(why) : new RouteUse(used, "Flows of " + String.join(", ", used) + " follow it");
    }
}

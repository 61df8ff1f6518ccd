package org.ferrule.lab.chaos;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ferrule.lab.Appliance;

/**
 * An appliance may open no more files and connections than it has open. Connections that are there go on; new ones
 * wait or are refused, and are served when there is room again.
 */
final class FewHandles implements Fault {
    private static final int CALLERS = 12;
    private static final Pattern LIMIT = Pattern.compile("Max open files\\s+(\\d+)\\s+(\\d+)");

    @Override
    public String name() {
        return "handles";
    }

    @Override
    public Optional<String> impossible() {
        return Os.has("prlimit") ? Optional.empty() : Optional.of("it needs prlimit (Debian: util-linux)");
    }

    @Override
    public String strike(Grounds grounds, Appliance at, Random random) throws IOException {
        long pid = at.java().pid();
        Matcher limits = LIMIT.matcher(Files.readString(Path.of("/proc/" + pid + "/limits")));
        if (!limits.find()) {
            throw new IllegalStateException("the limits of process " + pid + " cannot be read");
        }
        // One line for all failures until a minute has passed without one: it may be there already.
        Said log = Said.ever(at);
        List<Socket> callers = new ArrayList<>();
        limit(pid, Integer.toString(lowestFree(pid)), limits.group(2));
        try {
            for (int i = 0; i < CALLERS; i++) {
                callers.add(grounds.call(at));
            }
            log.awaits("cannot accept connections: ");
        } finally {
            limit(pid, limits.group(1), limits.group(2));
            for (Socket caller : callers) {
                caller.close();
            }
        }
        grounds.roads().serve(Road.values());
        grounds.roads().kept(Road.values());
        grounds.roads().untouched(grounds.own(grounds.other(at)));
        return at.name() + " could open no more files";
    }

    private static void limit(long pid, String soft, String hard) {
        Os.run("prlimit", "--pid", Long.toString(pid), "--nofile=" + soft + ":" + hard);
    }

    /** The limit is on the number that a file gets, which is the lowest that is free. */
    private static int lowestFree(long pid) throws IOException {
        Set<String> open;
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            open = files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
        int free = 0;
        while (open.contains(Integer.toString(free))) {
            free++;
        }
        return free;
    }
}

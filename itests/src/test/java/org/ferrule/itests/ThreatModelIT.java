package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ferrule.lab.Checkout;
import org.junit.jupiter.api.Test;

/** Every claim of the threat model names tests, and they exist. */
class ThreatModelIT {
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT|Probe))(?:\\.(\\w+))?`");
    private static final Pattern PROGRAM = Pattern.compile("`(itests/\\w+)`");
    private static final int TESTED_BY = 4;

    @Test
    void everyClaimIsTested() throws IOException {
        Map<String, String> tests = tests();
        List<String> wrong = new ArrayList<>();
        int claims = 0;
        for (String line : Files.readAllLines(Checkout.root().resolve("docs/threat-model.md"))) {
            String[] cells = line.split("\\|");
            if (!line.matches("\\| [1-6](, [1-6])* \\|.*")) {
                continue;
            }
            claims++;
            if (cells.length > TESTED_BY && isProgram(cells[TESTED_BY])) {
                continue;
            }
            if (cells.length <= TESTED_BY || !NAMED.matcher(cells[TESTED_BY]).find()) {
                wrong.add("no test is named for: " + line);
                continue;
            }
            Matcher named = NAMED.matcher(cells[TESTED_BY]);
            while (named.find()) {
                String source = tests.getOrDefault(named.group(1), "");
                if (source.isEmpty() || named.group(2) != null && !source.contains("void " + named.group(2) + "(")) {
                    wrong.add("there is no test " + named.group());
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(claims > 30, "only " + claims + " claims were found");
    }

    /** Whether it is tested by a program of its own, which is there. */
    private static boolean isProgram(String testedBy) {
        Matcher program = PROGRAM.matcher(testedBy);
        return program.find() && Files.isExecutable(Checkout.root().resolve(program.group(1)));
    }

    /** The sources of all tests, by the name of their class. */
    private static Map<String, String> tests() throws IOException {
        Map<String, String> tests = new HashMap<>();
        for (String folder : List.of("bundles", "itests")) {
            try (Stream<Path> files = Files.walk(Checkout.root().resolve(folder))) {
                for (Path file : files.filter(path -> path.toString().matches(".*/src/test/.*\\.java"))
                        .toList()) {
                    String name = file.getFileName().toString();
                    tests.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
                }
            }
        }
        return tests;
    }
}

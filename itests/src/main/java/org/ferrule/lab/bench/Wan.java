package org.ferrule.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ferrule.lab.Checkout;

/**
 * An iSession over emulated WANs beside direct connections, {@code ssh -C -L} and stunnel. This makes the namespaces
 * and runs {@link WanInside} in the client's.
 */
public final class Wan {
    private static final String[] PROGRAMS = {"ip", "cc", "ssh", "sshd", "stunnel", "openssl"};

    private Wan() {}

    /** Runs the bench; see {@link WanOptions#USAGE}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        check(args);
        Path benches = Checkout.root().resolve("build/bench");
        int exit;
        try (Tools tools = new Tools(benches)) {
            lacks(tools);
            Path folder = Files.createTempDirectory(Files.createDirectories(benches), "wan-");
            WanLink.build(tools);
            String name = "ferrule-" + ProcessHandle.current().pid();
            WanSpaces spaces = WanSpaces.named(tools, name).make();
            exit = inside(spaces, name, folder, args);
        }
        System.exit(exit);
    }

    private static void check(String[] args) {
        if (List.of(args).contains("--help")) {
            System.out.print(WanOptions.USAGE);
            System.exit(0);
        }
        try {
            WanOptions.of(args);
        } catch (IllegalArgumentException e) {
            System.err.print("bench/wan: " + e.getMessage() + "\n" + WanOptions.USAGE);
            System.exit(2);
        }
        String missing = Tools.missing(PROGRAMS);
        if (!missing.isEmpty()) {
            System.err.println("bench/wan: " + missing);
            System.exit(3);
        }
    }

    private static void lacks(Tools tools) {
        String lacking = WanSpaces.missing(tools);
        if (!lacking.isEmpty()) {
            System.err.println("bench/wan: " + lacking);
            System.exit(2);
        }
    }

    private static int inside(WanSpaces spaces, String name, Path folder, String[] args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WanInside.class.getName(),
                name,
                folder.toString()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(WanSpaces.in(spaces.near(), command))
                .inheritIO()
                .start();
        // Also when it is interrupted, no namespace stays, and nothing in one.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            process.destroy();
            process.onExit().join();
            spaces.close();
        }));
        return process.waitFor();
    }
}

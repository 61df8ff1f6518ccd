package org.ferrule.lab.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ferrule.module.Drainable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * A bundle that a test puts into an appliance to stop, start and replace others there, which a shell that is itself
 * replaced could not do. It tells which bundles stopped meanwhile.
 */
public final class Agent implements BundleActivator, SynchronousBundleListener {
    /** Small beside a region of the collector: what does not fit at the end of one is lost. */
    private static final int PIECE = 16_000;

    private final List<String> stopped = new ArrayList<>();
    private final List<byte[]> ballast = new ArrayList<>();
    private BundleContext context;
    private ServerSocket socket;

    @Override
    public void start(BundleContext context) throws IOException {
        this.context = context;
        context.addBundleListener(this);
        socket = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Files.writeString(
                Path.of(context.getProperty("ferrule.home")).resolve("agent-port"), "" + socket.getLocalPort());
        Thread thread = new Thread(this::serve, "test agent");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void stop(BundleContext context) throws IOException {
        socket.close();
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.STOPPED) {
            synchronized (stopped) {
                stopped.add(name(event.getBundle()));
            }
        }
    }

    private static String name(Bundle bundle) {
        return bundle.getSymbolicName() + " " + bundle.getVersion();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept();
                    var in =
                            new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
                    var out = new PrintStream(client.getOutputStream(), true, StandardCharsets.UTF_8)) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    answer(line, out);
                    out.println(".");
                }
            } catch (IOException e) {
                if (socket.isClosed()) {
                    return;
                }
            }
        }
    }

    private void answer(String line, PrintStream out) {
        String[] words = line.split(" ");
        try {
            switch (words[0]) {
                case "bundles" -> bundles(out);
                // As somebody who means it: it stays stopped.
                case "stop" -> find(words[1], words[2]).stop();
                // As something that went wrong: it should run.
                case "fall" -> find(words[1], words[2]).stop(Bundle.STOP_TRANSIENT);
                case "start" -> find(words[1], words[2]).start();
                case "refresh" -> refresh(find(words[1], words[2]));
                case "install" -> install(Path.of(words[1]), out);
                case "uninstall" -> find(words[1], words[2]).uninstall();
                case "stopped" -> stopped(out);
                case "users" -> out.println(users(words[1], words[2]));
                case "fill" -> fill(Integer.parseInt(words[1]));
                case "free" -> {
                    ballast.clear();
                    // What counts as full is what is left over after a clean-up.
                    System.gc();
                }
                case "drain" -> drainables(words[1], words[2]).forEach(Drainable::drain);
                default -> out.println("error unknown command " + line);
            }
        } catch (BundleException | InvalidSyntaxException | IOException | RuntimeException e) {
            out.println("error " + e);
        }
    }

    private void bundles(PrintStream out) {
        for (Bundle bundle : context.getBundles()) {
            out.println(name(bundle) + " " + (bundle.getState() == Bundle.ACTIVE ? "active" : bundle.getState()));
        }
    }

    private void install(Path jar, PrintStream out) throws IOException, BundleException {
        try (InputStream in = Files.newInputStream(jar)) {
            Bundle bundle = context.installBundle(jar.toUri().toString(), in);
            bundle.start();
            out.println(name(bundle));
        }
    }

    private void refresh(Bundle bundle) {
        context.getBundle(Constants.SYSTEM_BUNDLE_ID)
                .adapt(FrameworkWiring.class)
                .refreshBundles(List.of(bundle));
    }

    /** Takes memory for objects until so many megabytes are left, or fewer; with 0 it does not stop before there is none. */
    private void fill(int left) {
        long most = (long) left << 20;
        System.gc();
        // What was garbage while it was filled is room again.
        while (room() > most) {
            while (room() > most) {
                ballast.add(new byte[PIECE]);
            }
            System.gc();
        }
        while (left == 0) {
            ballast.add(new byte[PIECE]);
        }
    }

    private static long room() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
    }

    private int users(String symbolicName, String version) throws InvalidSyntaxException {
        return drainables(symbolicName, version).stream()
                .mapToInt(Drainable::users)
                .sum();
    }

    private List<Drainable> drainables(String symbolicName, String version) throws InvalidSyntaxException {
        Bundle bundle = find(symbolicName, version);
        List<Drainable> drainables = new ArrayList<>();
        for (ServiceReference<Drainable> reference : context.getServiceReferences(Drainable.class, null)) {
            if (reference.getBundle() == bundle) {
                drainables.add(context.getService(reference));
            }
        }
        return drainables;
    }

    private void stopped(PrintStream out) {
        synchronized (stopped) {
            stopped.forEach(out::println);
            stopped.clear();
        }
    }

    private Bundle find(String symbolicName, String version) {
        for (Bundle bundle : context.getBundles()) {
            if (symbolicName.equals(bundle.getSymbolicName())
                    && version.equals(bundle.getVersion().toString())) {
                return bundle;
            }
        }
        throw new IllegalArgumentException("there is no bundle " + symbolicName + " " + version);
    }
}

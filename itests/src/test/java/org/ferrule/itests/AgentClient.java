package org.ferrule.itests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.ferrule.itests.agent.Agent;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;

/** Works the {@link Agent} in an appliance. */
final class AgentClient implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;
    private final PrintStream out;

    private AgentClient(Socket socket) throws IOException {
        this.socket = socket;
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        out = new PrintStream(socket.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** Hot-deploys the agent into a running appliance. */
    static AgentClient deploy(Appliance appliance) throws IOException {
        Path built = jar(appliance.home().resolve("agent.jar"));
        // Moved, so that the deployer never sees half a file.
        Files.move(built, appliance.home().resolve("deploy/agent.jar"), StandardCopyOption.ATOMIC_MOVE);
        Path port = appliance.home().resolve("agent-port");
        Await.until(
                "the agent is deployed",
                () -> Files.exists(port) && port.toFile().length() > 0);
        return new AgentClient(new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(Files.readString(port))));
    }

    private static Path jar(Path to) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", "org.ferrule.itests.agent");
        main.putValue("Bundle-Version", "1.0.0");
        main.putValue("Bundle-Activator", Agent.class.getName());
        main.putValue("Import-Package", "org.osgi.framework");
        String entry = Agent.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(to);
                JarOutputStream jar = new JarOutputStream(file, manifest);
                InputStream code = Agent.class.getClassLoader().getResourceAsStream(entry)) {
            jar.putNextEntry(new JarEntry(entry));
            code.transferTo(jar);
        }
        return to;
    }

    /** The same bundle under a version higher than its own: what an upgrade installs. */
    static Path secondVersion(Path jar, String version, Path to) throws IOException {
        try (JarFile original = new JarFile(jar.toFile())) {
            Manifest manifest = new Manifest(original.getManifest());
            manifest.getMainAttributes().putValue("Bundle-Version", version);
            try (OutputStream file = Files.newOutputStream(to);
                    JarOutputStream copy = new JarOutputStream(file, manifest)) {
                for (JarEntry entry : original.stream().toList()) {
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME) && !entry.isDirectory()) {
                        copy.putNextEntry(new JarEntry(entry.getName()));
                        original.getInputStream(entry).transferTo(copy);
                    }
                }
            }
        }
        return to;
    }

    /** Sends a command; gives the lines of the answer. Fails if the agent says that it failed. */
    List<String> ask(String command) {
        out.println(command);
        List<String> answer = new ArrayList<>();
        try {
            for (String line = in.readLine(); !".".equals(line); line = in.readLine()) {
                if (line == null || line.startsWith("error ")) {
                    throw new IllegalStateException(command + ": " + line);
                }
                answer.add(line);
            }
        } catch (IOException e) {
            throw new IllegalStateException(command + ": " + e, e);
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

package org.ferrule.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ferrule.lab.agent.Agent;

/** Works the {@link Agent} in an appliance. */
public final class AgentClient implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;
    private final PrintStream out;

    private AgentClient(Socket socket) throws IOException {
        this.socket = socket;
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        out = new PrintStream(socket.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** Hot-deploys the agent into a running appliance. */
    public static AgentClient deploy(Appliance appliance) throws IOException {
        BundleJar.of("org.ferrule.lab.agent", Agent.class)
                .header("Bundle-Activator", Agent.class.getName())
                .header("Import-Package", "org.osgi.framework,org.osgi.framework.wiring,org.ferrule.module")
                .deploy(appliance);
        return in(appliance);
    }

    /** The agent of an appliance that it was deployed into before; at a new start its port is another. */
    public static AgentClient in(Appliance appliance) throws IOException {
        Path port = appliance.home().resolve("agent-port");
        Await.until(
                "the agent is deployed",
                () -> Files.exists(port) && port.toFile().length() > 0);
        return new AgentClient(new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(Files.readString(port))));
    }

    /** Sends a command; gives the lines of the answer. Fails if the agent says that it failed. */
    public List<String> ask(String command) {
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

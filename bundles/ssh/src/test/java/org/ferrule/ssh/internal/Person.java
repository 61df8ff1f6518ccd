package org.ferrule.ssh.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import org.apache.sshd.client.channel.ChannelShell;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;

/** Somebody at a terminal: types, and reads on in what was not read yet. */
final class Person implements AutoCloseable {
    private final ClientSession session;
    private final ChannelShell channel;
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final OutputStream keyboard;
    private int read;

    Person(Rig rig, String user) throws IOException {
        session = rig.login(user);
        channel = session.createShellChannel();
        channel.setUsePty(true);
        channel.setPtyType("ansi");
        channel.setPtyColumns(100);
        channel.setPtyLines(30);
        channel.setOut(screen);
        channel.setErr(screen);
        channel.open().verify(Rig.PATIENCE);
        keyboard = channel.getInvertedIn();
    }

    Person types(String keys) throws IOException {
        keyboard.write(keys.getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
        return this;
    }

    /** What is on the screen that was not read, without the codes that move the cursor or colour the text. */
    private String text() {
        return screen.toString(StandardCharsets.UTF_8).replaceAll("\u001b(\\[[0-9;?]*[A-Za-z]|[=>]|\\[?[0-9;?]*$)", "");
    }

    Person sees(String text) {
        try {
            Rig.await(() -> text().indexOf(text, read) >= 0);
        } catch (AssertionError e) {
            throw new AssertionError(
                    "\"" + text + "\" is not in: " + text().substring(read) + "; all: "
                            + screen.toString(StandardCharsets.UTF_8).replace("\u001b", "<ESC>"),
                    e);
        }
        read = text().indexOf(text, read) + text.length();
        return this;
    }

    void hasNotSeen(String text) {
        assertFalse(text().contains(text), text());
    }

    Person resizes(int columns, int rows) throws IOException {
        channel.sendWindowChange(columns, rows);
        return this;
    }

    void leaves(int code) {
        channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Rig.PATIENCE);
        assertEquals(code, channel.getExitStatus());
    }

    @Override
    public void close() throws IOException {
        channel.close(true);
        session.close(true);
    }
}

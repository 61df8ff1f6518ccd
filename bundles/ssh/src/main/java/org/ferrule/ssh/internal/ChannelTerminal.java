package org.ferrule.ssh.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.apache.sshd.common.channel.PtyMode;
import org.apache.sshd.server.Environment;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Size;
import org.jline.terminal.impl.ExternalTerminal;
import org.jline.utils.InfoCmp;

/**
 * The terminal at the other end of an SSH channel, in UTF-8. Lines end in CR LF, whatever the client's modes say: nothing
 * else stands between the shell and its screen.
 */
final class ChannelTerminal extends ExternalTerminal {
    // JLine knows these by heart; for any other it would run a program with the client's word as its argument.
    private static final Set<String> TYPES = Set.of(
            "dumb",
            "ansi",
            "xterm",
            "xterm-256color",
            "screen",
            "screen-256color",
            "rxvt",
            "rxvt-basic",
            "rxvt-unicode",
            "rxvt-unicode-256color");
    private static final Map<PtyMode, ControlChar> KEYS = Map.of(
            PtyMode.VINTR, ControlChar.VINTR,
            PtyMode.VERASE, ControlChar.VERASE,
            PtyMode.VKILL, ControlChar.VKILL,
            PtyMode.VEOF, ControlChar.VEOF,
            PtyMode.VWERASE, ControlChar.VWERASE,
            PtyMode.VLNEXT, ControlChar.VLNEXT,
            PtyMode.VREPRINT, ControlChar.VREPRINT);
    private static final int MAX_SIDE = 4096;

    private final Environment environment;

    ChannelTerminal(Environment environment, InputStream in, OutputStream out) throws IOException {
        super(
                null,
                "ssh",
                type(environment.getEnv().get(Environment.ENV_TERM)),
                in,
                out,
                StandardCharsets.UTF_8,
                SignalHandler.SIG_DFL,
                true);
        this.environment = environment;
        setAttributes(keys(getAttributes()));
        setSize(size());
        environment.addSignalListener((channel, signal) -> resized(), org.apache.sshd.server.Signal.WINCH);
        resume();
    }

    /** Whether the client asked for a terminal. */
    static boolean wanted(Environment environment) {
        return environment.getEnv().containsKey(Environment.ENV_TERM);
    }

    static String type(String term) {
        if (TYPES.contains(term)) {
            return term;
        }
        if (term.startsWith("xterm-") || term.equals("linux")) {
            return "xterm-256color";
        }
        return term.startsWith("tmux") || term.startsWith("screen-") ? "screen-256color" : "ansi";
    }

    /** JLine would run {@code infocmp} for this, on SSHD's thread. */
    @Override
    protected void parseInfoCmp() {
        InfoCmp.parseInfoCmp(InfoCmp.getDefaultInfoCmp(getType()), bools, ints, strings);
    }

    /** As a terminal does unless told NOFLSH: what was typed before ctrl-C and not read yet is forgotten with the line. */
    @Override
    public void raise(Signal signal) {
        if (signal == Signal.INT && !attributes.getLocalFlag(LocalFlag.NOFLSH)) {
            forgetInput();
        }
        super.raise(signal);
    }

    /**
     * When the channel ends, readers see the end of input. JLine would have them see an interruption, time and again: a
     * reader that takes that for ctrl-C never comes to an end.
     */
    @Override
    protected void processIOException(IOException reason) {
        try {
            slaveInput.close();
        } catch (IOException e) {
            super.processIOException(e);
        }
    }

    private void forgetInput() {
        synchronized (slaveInput) {
            try {
                while (slaveInput.available() > 0 && slaveInput.read(1, false) >= 0) {}
            } catch (IOException e) {
                processIOException(e);
            }
        }
    }

    private Attributes keys(Attributes attributes) {
        KEYS.forEach((mode, key) -> {
            Integer set = environment.getPtyModes().get(mode);
            if (set != null) {
                attributes.setControlChar(key, set);
            }
        });
        return attributes;
    }

    private Size size() {
        return new Size(side(Environment.ENV_COLUMNS, 80), side(Environment.ENV_LINES, 24));
    }

    private int side(String variable, int otherwise) {
        String text = environment.getEnv().getOrDefault(variable, "0");
        int side = Integer.parseInt(text);
        return side <= 0 ? otherwise : Math.min(side, MAX_SIDE);
    }

    private void resized() {
        setSize(size());
        raise(Signal.WINCH);
    }
}

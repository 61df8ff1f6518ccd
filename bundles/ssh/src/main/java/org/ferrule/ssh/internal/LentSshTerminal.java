package org.ferrule.ssh.internal;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import org.apache.karaf.shell.api.console.SignalListener;
import org.apache.karaf.shell.api.console.Terminal;
import org.jline.terminal.Attributes;
import org.jline.terminal.Cursor;
import org.jline.terminal.MouseEvent;
import org.jline.terminal.Size;
import org.jline.utils.ColorPalette;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

/**
 * Somebody's terminal while Karaf's console has it. The console closes what it is given; this gives the terminal back as
 * it was: open, with its modes and signal handlers. By the end of the class's name Karaf knows which welcome to say.
 */
final class LentSshTerminal implements Terminal, org.jline.terminal.Terminal {
    private final org.jline.terminal.Terminal owner;
    private final Attributes attributes;
    private final Map<Signal, SignalHandler> handlers = new EnumMap<>(Signal.class);
    private boolean returned;

    LentSshTerminal(org.jline.terminal.Terminal owner) {
        this.owner = owner;
        this.attributes = owner.getAttributes();
    }

    @Override
    public synchronized void close() {
        if (returned) {
            // The console closes it on a thread of its own, perhaps when the owner uses it again already.
            return;
        }
        returned = true;
        handlers.forEach(owner::handle);
        handlers.clear();
        owner.setAttributes(attributes);
        owner.flush();
    }

    @Override
    public synchronized SignalHandler handle(Signal signal, SignalHandler handler) {
        SignalHandler before = owner.handle(signal, handler);
        handlers.putIfAbsent(signal, before);
        return before;
    }

    @Override
    public String getName() {
        return owner.getName();
    }

    @Override
    public String getType() {
        return owner.getType();
    }

    @Override
    public void raise(Signal signal) {
        owner.raise(signal);
    }

    @Override
    public NonBlockingReader reader() {
        return owner.reader();
    }

    @Override
    public PrintWriter writer() {
        return owner.writer();
    }

    @Override
    public Charset encoding() {
        return owner.encoding();
    }

    @Override
    public InputStream input() {
        return owner.input();
    }

    @Override
    public OutputStream output() {
        return new FilterOutputStream(owner.output()) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                flush();
            }
        };
    }

    @Override
    public boolean canPauseResume() {
        return owner.canPauseResume();
    }

    @Override
    public void pause() {
        owner.pause();
    }

    @Override
    public void pause(boolean wait) throws InterruptedException {
        owner.pause(wait);
    }

    @Override
    public void resume() {
        owner.resume();
    }

    @Override
    public boolean paused() {
        return owner.paused();
    }

    @Override
    public Attributes enterRawMode() {
        return owner.enterRawMode();
    }

    @Override
    public boolean echo() {
        return owner.echo();
    }

    @Override
    public boolean echo(boolean echo) {
        return owner.echo(echo);
    }

    @Override
    public Attributes getAttributes() {
        return owner.getAttributes();
    }

    @Override
    public void setAttributes(Attributes changed) {
        owner.setAttributes(changed);
    }

    @Override
    public Size getSize() {
        return owner.getSize();
    }

    @Override
    public void setSize(Size size) {
        owner.setSize(size);
    }

    @Override
    public int getWidth() {
        return owner.getWidth();
    }

    @Override
    public int getHeight() {
        return owner.getHeight();
    }

    @Override
    public void flush() {
        owner.flush();
    }

    @Override
    public boolean puts(Capability capability, Object... parameters) {
        return owner.puts(capability, parameters);
    }

    @Override
    public boolean getBooleanCapability(Capability capability) {
        return owner.getBooleanCapability(capability);
    }

    @Override
    public Integer getNumericCapability(Capability capability) {
        return owner.getNumericCapability(capability);
    }

    @Override
    public String getStringCapability(Capability capability) {
        return owner.getStringCapability(capability);
    }

    @Override
    public Cursor getCursorPosition(IntConsumer discarded) {
        return owner.getCursorPosition(discarded);
    }

    @Override
    public boolean hasMouseSupport() {
        return owner.hasMouseSupport();
    }

    @Override
    public boolean trackMouse(MouseTracking tracking) {
        return owner.trackMouse(tracking);
    }

    @Override
    public MouseEvent readMouseEvent() {
        return owner.readMouseEvent();
    }

    @Override
    public MouseEvent readMouseEvent(IntSupplier reader) {
        return owner.readMouseEvent(reader);
    }

    @Override
    public MouseEvent readMouseEvent(String prefix) {
        return owner.readMouseEvent(prefix);
    }

    @Override
    public MouseEvent readMouseEvent(IntSupplier reader, String prefix) {
        return owner.readMouseEvent(reader, prefix);
    }

    @Override
    public MouseTracking getCurrentMouseTracking() {
        return owner.getCurrentMouseTracking();
    }

    @Override
    public boolean hasFocusSupport() {
        return owner.hasFocusSupport();
    }

    @Override
    public boolean trackFocus(boolean tracking) {
        return owner.trackFocus(tracking);
    }

    @Override
    public ColorPalette getPalette() {
        return owner.getPalette();
    }

    @Override
    public boolean isAnsiSupported() {
        return true;
    }

    @Override
    public boolean isEchoEnabled() {
        return owner.echo();
    }

    @Override
    public void setEchoEnabled(boolean enabled) {
        owner.echo(enabled);
    }

    // Karaf's own terminals leave these four to JLine's signals, too: commands use handle().

    @Override
    public void addSignalListener(SignalListener listener) {
        handle(Signal.INT, signal -> listener.signal(org.apache.karaf.shell.api.console.Signal.INT));
    }

    @Override
    public void addSignalListener(SignalListener listener, org.apache.karaf.shell.api.console.Signal... signals) {
        addSignalListener(listener);
    }

    @Override
    public void addSignalListener(SignalListener listener, EnumSet<org.apache.karaf.shell.api.console.Signal> signals) {
        addSignalListener(listener);
    }

    @Override
    public void removeSignalListener(SignalListener listener) {
        handle(Signal.INT, SignalHandler.SIG_DFL);
    }
}

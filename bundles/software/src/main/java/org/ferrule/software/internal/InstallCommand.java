package org.ferrule.software.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ferrule.config.ConfigException;
import org.ferrule.shell.RunCommand;
import org.jline.terminal.Terminal;

/** {@code install sys software image}: replaces modules, or puts a whole program on a volume. */
final class InstallCommand implements RunCommand {
    private static final String IMAGE = "image";
    private static final String DRY_RUN = "dry-run";
    private static final String DOWNGRADE = "downgrade";
    private static final String FROM_TERMINAL = "from-terminal";
    private static final String VOLUME = "volume";
    private static final String CREATE_VOLUME = "create-volume";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,127}");

    private final Installer installer;
    private final Ledger ledger;
    private final Uploads uploads;
    private final VolumeInstaller volumeInstaller;
    private final Volumes volumes;

    InstallCommand(
            Installer installer, Ledger ledger, Uploads uploads, VolumeInstaller volumeInstaller, Volumes volumes) {
        this.volumeInstaller = volumeInstaller;
        this.volumes = volumes;
        this.installer = installer;
        this.ledger = ledger;
        this.uploads = uploads;
    }

    @Override
    public String verb() {
        return "install";
    }

    @Override
    public String name() {
        return "sys software image";
    }

    @Override
    public String help() {
        return "Installs a signed image: modules beside those that run, whose place they take, or a whole program on a volume";
    }

    @Override
    public Optional<Operand> operand() {
        String help = "A file in your upload folder, an image that is kept, or " + Installer.DISTRIBUTION;
        return Optional.of(new Operand(IMAGE, help, true, this::known));
    }

    private List<String> known() {
        return Stream.concat(installer.images().stream(), Stream.of(Installer.DISTRIBUTION))
                .toList();
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                new Parameter(DOWNGRADE, "Older bundles may replace newer ones", true),
                new Parameter(DRY_RUN, "Only show what would change", true),
                new Parameter(FROM_TERMINAL, "The file is pasted here in base64", true),
                new Parameter(VOLUME, "The volume that a whole program is installed on", false, volumes::names),
                new Parameter(CREATE_VOLUME, "The volume is new", true));
    }

    @Override
    public void run(Invocation invocation) throws ConfigException {
        Map<String, String> said = invocation.arguments();
        String typed = said.get(IMAGE);
        String user = invocation.account().name();
        if (typed.equals(Installer.DISTRIBUTION) && !said.containsKey(VOLUME)) {
            installer.installDistribution(
                    user, said.containsKey(DRY_RUN), said.containsKey(DOWNGRADE), invocation.out());
            return;
        }
        String name = typed.endsWith(Image.ENDING) ? typed.substring(0, typed.length() - Image.ENDING.length()) : typed;
        if (!NAME.matcher(name).matches()) {
            throw new ConfigException("\"" + typed
                    + "\" is not the name of an image: letters, digits, dots, hyphens and underscores are");
        }
        if (said.containsKey(VOLUME)) {
            installOnVolume(invocation, typed, name);
            return;
        }
        if (said.containsKey(CREATE_VOLUME)) {
            throw new ConfigException(CREATE_VOLUME + " needs a name: volume HD1.2 " + CREATE_VOLUME);
        }
        byte[] content = said.containsKey(FROM_TERMINAL) ? pasted(invocation) : found(user, typed, name);
        installer.install(
                new Installer.Order(name, content, user, said.containsKey(DRY_RUN), said.containsKey(DOWNGRADE)),
                invocation.out());
    }

    private void installOnVolume(Invocation invocation, String typed, String name) throws ConfigException {
        Map<String, String> said = invocation.arguments();
        String user = invocation.account().name();
        if (said.containsKey(DOWNGRADE)) {
            throw new ConfigException(DOWNGRADE + " is for modules; a volume takes any version");
        }
        volumeInstaller.install(
                new VolumeInstaller.Order(
                        name, user, said.get(VOLUME), said.containsKey(CREATE_VOLUME), said.containsKey(DRY_RUN)),
                file -> {
                    if (said.containsKey(FROM_TERMINAL)) {
                        Files.write(file, pasted(invocation));
                    } else {
                        uploads.copy(user, upload(user, typed, name), file, WholeImage.MAX_BYTES);
                    }
                },
                invocation.out());
    }

    /** The name of the user's file, which may have been typed without its ending. */
    private String upload(String user, String typed, String name) throws ConfigException {
        for (String file : List.of(typed, name + Image.ENDING)) {
            if (uploads.exists(user, file)) {
                return file;
            }
        }
        throw new ConfigException("There is no file " + typed + " in the upload folder of " + user);
    }

    private static byte[] pasted(Invocation invocation) throws ConfigException {
        Terminal terminal = invocation
                .facility(Terminal.class)
                .orElseThrow(() -> new ConfigException(FROM_TERMINAL
                        + " needs a terminal; log in with one (ssh -t), or put the file into your upload folder"));
        return Pasted.read(terminal);
    }

    private byte[] found(String user, String typed, String name) throws ConfigException {
        Optional<byte[]> upload = uploads.read(user, typed);
        if (upload.isEmpty() && !typed.endsWith(Image.ENDING)) {
            upload = uploads.read(user, name + Image.ENDING);
        }
        if (upload.isPresent()) {
            return upload.get();
        }
        Manifest.Image kept = ledger.manifest().named(name).orElseThrow(() -> nowhere(user, typed));
        try {
            return Files.readAllBytes(ledger.store().image(kept.sha256()));
        } catch (IOException e) {
            throw new ConfigException("The image " + name + " that was kept cannot be read: " + e.getMessage(), e);
        }
    }

    private ConfigException nowhere(String user, String typed) {
        List<String> kept = installer.images();
        return new ConfigException("There is no file " + typed + " in the upload folder of " + user + ", and "
                + (kept.isEmpty()
                        ? "no image is kept"
                        : "of the images kept (" + String.join(", ", kept) + ") none has that name"));
    }
}

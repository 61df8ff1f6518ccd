package org.ferrule.software.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.ferrule.config.PrivateFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in what is put into {@code deploy/}: looks whose signature a file has, and hands a copy of one that may come in to
 * Karaf's deployers, in a folder that nobody else writes to. What is judged and what is installed are thus the same bytes.
 *
 * <p>To be used by one thread, but for {@link #deployed}.
 */
final class HotDeploy {
    private static final Logger LOG = LoggerFactory.getLogger(HotDeploy.class);

    private final Path deploy;
    private final Path taken;
    private final Path drafts;
    private final Pace pace;
    private final Consumer<Boolean> installing;
    private final Map<String, Seen> seen = new TreeMap<>();
    private volatile List<Deployed> deployed = List.of();
    private Policy policy;

    /**
     * What holds for files.
     *
     * @param enabled whether any are taken in
     */
    record Policy(boolean enabled, Software.UnsignedPolicy unsigned, TrustedSigners trusted) {}

    /**
     * A file in the folder.
     *
     * @param signer the trusted signer, or ""
     * @param in whether it was taken in
     * @param reason why not, or what else is to be known
     */
    record Deployed(String file, String signer, boolean in, String reason) {}

    /** How a file was when it was last looked at, and what was found; nothing before it has stayed the same for a while. */
    private record Seen(long size, FileTime modified, Optional<Deployed> found) {
        boolean same(BasicFileAttributes now) {
            return size == now.size() && modified.equals(now.lastModifiedTime());
        }
    }

    /**
     * @param deploy where people put files
     * @param taken what the deployers watch
     * @param drafts on the same disk, for files that are being judged
     * @param installing told whether the deployers are to watch
     */
    HotDeploy(Path deploy, Path taken, Path drafts, Pace pace, Consumer<Boolean> installing) throws IOException {
        this.deploy = deploy;
        this.taken = taken;
        this.drafts = drafts;
        this.pace = pace;
        this.installing = installing;
        PrivateFiles.folder(deploy);
        PrivateFiles.folder(taken);
        PrivateFiles.folder(drafts);
    }

    /** The files, as they were found at the last look. */
    List<Deployed> deployed() {
        return deployed;
    }

    /** The policy from now on; what was taken in under another one and may not stay is taken out again. */
    void follow(Policy now) {
        if (now.equals(policy)) {
            return;
        }
        policy = now;
        seen.clear();
        try {
            if (now.enabled()) {
                purge();
            }
            look();
            installing.accept(now.enabled());
        } catch (IOException e) {
            LOG.error("Nothing is deployed, since what is in deploy/ cannot be judged: {}", e.toString());
            // What was not judged must not come in. The next change of the configuration tries again.
            policy = null;
            installing.accept(false);
        }
    }

    /** Takes nothing in any more, until there is a policy again; what was taken in stays. */
    void rest() {
        policy = null;
        installing.accept(false);
    }

    private void purge() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(taken)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!plain(deploy.resolve(name)) || !judge(name, file).in()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static boolean plain(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Takes in what came, and out what went. To be called again and again. */
    void look() throws IOException {
        if (policy == null) {
            return;
        }
        List<Deployed> found = new ArrayList<>();
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(deploy, file -> !hidden(file))) {
            for (Path file : files) {
                names.add(file.getFileName().toString());
                look(file).ifPresent(found::add);
            }
        }
        seen.keySet().retainAll(names);
        if (policy.enabled()) {
            takeOut(names);
        }
        deployed = List.copyOf(found);
    }

    private static boolean hidden(Path file) {
        return file.getFileName().toString().startsWith(".");
    }

    private void takeOut(List<String> but) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(taken)) {
            for (Path file : files) {
                if (!but.contains(file.getFileName().toString()) && Files.deleteIfExists(file)) {
                    LOG.info("{} was removed from deploy/ and goes", file.getFileName());
                }
            }
        }
    }

    private Optional<Deployed> look(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (!plain(file)) {
            return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                    ? Optional.of(new Deployed(name, "", false, "it is no plain file"))
                    : Optional.empty();
        }
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        Seen before = seen.get(name);
        boolean settled = before != null && before.same(now);
        if (!settled) {
            seen.put(name, new Seen(now.size(), now.lastModifiedTime(), Optional.empty()));
            return Optional.empty();
        }
        if (before.found().isEmpty()) {
            seen.put(name, new Seen(now.size(), now.lastModifiedTime(), Optional.of(take(name, file))));
        }
        return seen.get(name).found();
    }

    /** Judges a file that came or changed, and takes it in or out. */
    private Deployed take(String name, Path file) throws IOException {
        if (!policy.enabled()) {
            boolean there = Files.exists(taken.resolve(name));
            return new Deployed(
                    name,
                    "",
                    there,
                    there ? "it stays, but changes of it are not seen: hot-deploy is off" : "hot-deploy is off");
        }
        byte[] content;
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            content = in.readNBytes(Archive.MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            return new Deployed(name, "", false, "it is gone");
        }
        if (content.length > Archive.MAX_BYTES) {
            return out(new Deployed(name, "", false, "it is larger than " + (Archive.MAX_BYTES >> 20) + " MB"));
        }
        Path draft = PrivateFiles.draft(drafts.resolve("deployed"), content);
        try {
            Deployed verdict = judge(name, draft);
            if (!verdict.in()) {
                return out(verdict);
            }
            Path place = taken.resolve(name);
            if (!Files.exists(place) || !Digests.of(place).equals(Digests.of(content))) {
                PrivateFiles.move(draft, place);
                LOG.info(
                        "{} is taken in from deploy/{}",
                        name,
                        verdict.signer().isEmpty()
                                ? "; no trusted signer has signed it"
                                : ", signed by " + verdict.signer());
            }
            return verdict;
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private Deployed out(Deployed verdict) throws IOException {
        Files.deleteIfExists(taken.resolve(verdict.file()));
        LOG.warn("{} in deploy/ is not taken in: {}", verdict.file(), verdict.reason());
        return verdict;
    }

    private Deployed judge(String name, Path content) {
        String problem = "no trusted signer has signed it";
        try {
            Optional<String> signer =
                    Archive.read(content, policy.trusted(), pace.now()).signer();
            if (signer.isPresent()) {
                return new Deployed(name, signer.get(), true, "");
            }
        } catch (Unacceptable e) {
            problem += "; " + e.getMessage();
        }
        return policy.unsigned() == Software.UnsignedPolicy.FLAG
                ? new Deployed(name, "", true, problem)
                : new Deployed(name, "", false, problem + ", and unsigned-policy is refuse");
    }
}

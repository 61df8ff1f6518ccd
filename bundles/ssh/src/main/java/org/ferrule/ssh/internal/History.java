package org.ferrule.ssh.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.ferrule.config.PrivateFiles;
import org.jline.reader.impl.history.DefaultHistory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A user's commands, kept from login to login in a private file. Commands that may tell a secret are not kept at all. */
final class History extends DefaultHistory {
    private static final Logger LOG = LoggerFactory.getLogger(History.class);
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");
    // Properties may be abbreviated: so nothing is kept of the commands that take passwords and tokens, either.
    private static final Pattern SECRET = Pattern.compile("passw|passp|token|secret|\\bpair\\b|\\bau\\w*\\s+u");
    private static final int MAX_LINE = 16384;

    private final Optional<Path> file;

    private History(Optional<Path> file) {
        this.file = file;
    }

    /** The user's history; one that is forgotten at logout if there can be no file. */
    static History of(Path folder, String user) {
        if (!FILE_NAME.matcher(user).matches()) {
            return new History(Optional.empty());
        }
        Path file = folder.resolve(user);
        try {
            PrivateFiles.folder(folder);
            PrivateFiles.createOnce(file, new byte[0]);
            PrivateFiles.ownerOnly(file);
            return new History(Optional.of(file));
        } catch (IOException e) {
            LOG.warn("The commands of {} are not kept: {} cannot be written ({})", user, file, e.getMessage());
            return new History(Optional.empty());
        }
    }

    Optional<Path> file() {
        return file;
    }

    @Override
    public void add(Instant time, String line) {
        if (line.length() <= MAX_LINE
                && !SECRET.matcher(line.toLowerCase(Locale.ROOT)).find()) {
            super.add(time, line);
        }
    }
}

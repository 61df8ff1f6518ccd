package org.ferrule.ssh.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.apache.sshd.common.file.FileSystemFactory;
import org.apache.sshd.common.file.root.RootedFileSystemProvider;
import org.apache.sshd.common.session.SessionContext;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.server.subsystem.SubsystemFactory;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.ferrule.shell.Account;

/** Takes files by SFTP: each user of role admin has a folder for them, and sees nothing else. */
final class Uploads implements SubsystemFactory, FileSystemFactory {
    private static final int MAX_OPEN_FILES = 16;
    // What all clients speak (draft-ietf-secsh-filexfer-02); later drafts only add what is not wanted here.
    private static final int VERSION = 3;

    private final Path home;
    private final IntSupplier quota;
    private final Map<String, UploadFolder> folders = new ConcurrentHashMap<>();
    private final SftpSubsystemFactory sftp = new SftpSubsystemFactory();

    /**
     * @param home where the users' folders are
     * @param quota how much each may hold, in megabytes; 0 if there are to be no uploads
     * @param nanos tells the time
     */
    Uploads(Path home, IntSupplier quota, LongSupplier nanos) {
        this.home = home;
        this.quota = quota;
        sftp.setFileSystemAccessor(new UploadAccess(this::folder, nanos));
    }

    /** Makes the server take files. */
    void serve(AdminServer server) {
        SftpModuleProperties.SFTP_VERSION.set(server, VERSION);
        SftpModuleProperties.MAX_OPEN_HANDLES_PER_SESSION.set(server, MAX_OPEN_FILES);
        SftpModuleProperties.CLIENT_EXTENSIONS.set(server, "");
        SftpModuleProperties.OPENSSH_EXTENSIONS.set(server, "");
        server.setFileSystemFactory(this);
        server.setSubsystemFactories(List.of(this));
    }

    @Override
    public String getName() {
        return sftp.getName();
    }

    @Override
    public Command createSubsystem(ChannelSession channel) throws IOException {
        Account account = channel.getServerSession().getAttribute(Authenticator.ACCOUNT);
        if (!account.may(Account.Role.ADMIN)) {
            return new Refusal("SFTP is for users of role admin (auth user, role).");
        }
        if (quota.getAsInt() == 0) {
            return new Refusal("Uploads are switched off (sys sshd, upload-quota).");
        }
        return sftp.createSubsystem(channel);
    }

    private UploadFolder folder(ServerSession session) {
        // A login name has no character that means something in a path, and does not begin with a dot (auth user).
        String user = session.getAttribute(Authenticator.ACCOUNT).name();
        return folders.computeIfAbsent(user, name -> new UploadFolder(home.resolve(name), quota));
    }

    @Override
    public Path getUserHomeDir(SessionContext session) {
        return folder((ServerSession) session).path();
    }

    @Override
    public FileSystem createFileSystem(SessionContext session) throws IOException {
        UploadFolder folder = folder((ServerSession) session);
        folder.make();
        return new RootedFileSystemProvider().newFileSystem(folder.path(), Map.of());
    }

    /** Says why there is no SFTP, and ends. */
    private static final class Refusal implements Command {
        private final String why;
        private OutputStream err;
        private ExitCallback exit;

        Refusal(String why) {
            this.why = why;
        }

        @Override
        public void setInputStream(InputStream in) {
            // Nothing is read.
        }

        @Override
        public void setOutputStream(OutputStream out) {
            // An answer would be taken for SFTP.
        }

        @Override
        public void setErrorStream(OutputStream stream) {
            err = stream;
        }

        @Override
        public void setExitCallback(ExitCallback callback) {
            exit = callback;
        }

        @Override
        public void start(ChannelSession channel, Environment environment) throws IOException {
            err.write((why + "\n").getBytes(StandardCharsets.UTF_8));
            err.flush();
            exit.onExit(1, why);
        }

        @Override
        public void destroy(ChannelSession channel) {
            // Nothing is held.
        }
    }
}

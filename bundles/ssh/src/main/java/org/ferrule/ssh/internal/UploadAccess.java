package org.ferrule.ssh.internal;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.CopyOption;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Principal;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.sftp.server.FileHandle;
import org.apache.sshd.sftp.server.SftpFileSystemAccessor;
import org.apache.sshd.sftp.server.SftpSubsystemProxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client of SFTP may do: bring, fetch, list, rename and remove files of one flat folder. There are no folders, no
 * links, and no modes but the owner's.
 */
final class UploadAccess implements SftpFileSystemAccessor {
    private static final Logger LOG = LoggerFactory.getLogger(UploadAccess.class);
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Function<ServerSession, UploadFolder> folders;
    private final LongSupplier nanos;

    UploadAccess(Function<ServerSession, UploadFolder> folders, LongSupplier nanos) {
        this.folders = folders;
        this.nanos = nanos;
    }

    @Override
    public Path resolveLocalFilePath(SftpSubsystemProxy subsystem, Path root, String asked) throws IOException {
        Activity.of(subsystem.getServerSession(), nanos).touch();
        return root.getFileSystem().getPath("/" + UploadFolder.name(asked));
    }

    @Override
    public LinkOption[] resolveFileAccessLinkOptions(
            SftpSubsystemProxy subsystem, Path file, int command, String extension, boolean follow) {
        return new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
    }

    @Override
    public SeekableByteChannel openFile(
            SftpSubsystemProxy subsystem,
            FileHandle handle,
            Path file,
            String name,
            Set<? extends OpenOption> options,
            FileAttribute<?>... attributes)
            throws IOException {
        ServerSession session = subsystem.getServerSession();
        UploadFolder folder = folders.apply(session);
        String own = UploadFolder.name(file.toString());
        boolean make = options.contains(StandardOpenOption.CREATE) || options.contains(StandardOpenOption.CREATE_NEW);
        Set<OpenOption> strict = new HashSet<>(options);
        strict.add(LinkOption.NOFOLLOW_LINKS);
        FileChannel channel = FileChannel.open(folder.file(own, make), strict, OWNER_ONLY);
        boolean append = options.contains(StandardOpenOption.APPEND);
        return new UploadChannel(channel, own, folder, Activity.of(session, nanos), append);
    }

    @Override
    public void syncFileData(SftpSubsystemProxy subsystem, FileHandle handle, Path file, String name, Channel channel)
            throws IOException {
        ((UploadChannel) channel).force();
    }

    @Override
    public void closeFile(
            SftpSubsystemProxy subsystem,
            FileHandle handle,
            Path file,
            String name,
            Channel channel,
            Set<? extends OpenOption> options)
            throws IOException {
        try (UploadChannel open = (UploadChannel) channel) {
            if (open != null && open.isOpen() && open.written()) {
                open.force();
                tell(
                        subsystem,
                        "brought the file " + UploadFolder.name(file.toString()) + ", " + open.size() + " bytes");
            }
        }
    }

    @Override
    public void renameFile(SftpSubsystemProxy subsystem, Path from, Path to, Collection<CopyOption> options)
            throws IOException {
        UploadFolder folder = folders.apply(subsystem.getServerSession());
        folder.file(UploadFolder.name(from.toString()), false);
        folder.file(UploadFolder.name(to.toString()), false);
        SftpFileSystemAccessor.super.renameFile(subsystem, from, to, options);
        tell(subsystem, "renamed the file " + from.getFileName() + " to " + to.getFileName());
    }

    @Override
    public void removeFile(SftpSubsystemProxy subsystem, Path file, boolean isDirectory) throws IOException {
        if (isDirectory) {
            throw refused(file, "there are no folders here");
        }
        SftpFileSystemAccessor.super.removeFile(subsystem, file, false);
        tell(subsystem, "removed the file " + file.getFileName());
    }

    private static void tell(SftpSubsystemProxy subsystem, String what) {
        ServerSession session = subsystem.getServerSession();
        LOG.info("SFTP: {} from {} {}", session.getUsername(), Authenticator.from(session), what);
    }

    @Override
    public void setFilePermissions(
            SftpSubsystemProxy subsystem, Path file, Set<PosixFilePermission> permissions, LinkOption... options) {
        LOG.debug("SFTP: the mode of {} stays: files are the owner's only", file);
    }

    @Override
    public void setFileAttribute(
            SftpSubsystemProxy subsystem, Path file, String view, String attribute, Object value, LinkOption... options)
            throws IOException {
        if (!attribute.endsWith("Time")) {
            throw refused(file, "of its attributes only times can be set");
        }
        SftpFileSystemAccessor.super.setFileAttribute(
                subsystem, file, view, attribute, value, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void setFileOwner(SftpSubsystemProxy subsystem, Path file, Principal value, LinkOption... options)
            throws IOException {
        throw refused(file, "its owner stays");
    }

    @Override
    public void setGroupOwner(SftpSubsystemProxy subsystem, Path file, Principal value, LinkOption... options)
            throws IOException {
        throw refused(file, "its group stays");
    }

    @Override
    public void setFileAccessControl(SftpSubsystemProxy subsystem, Path file, List<AclEntry> acl, LinkOption... options)
            throws IOException {
        throw refused(file, "its permissions stay");
    }

    @Override
    public void createDirectory(SftpSubsystemProxy subsystem, Path path) throws IOException {
        throw refused(path, "there are no folders here");
    }

    @Override
    public void createLink(SftpSubsystemProxy subsystem, Path link, Path existing, boolean symbolic)
            throws IOException {
        throw refused(link, "there are no links here");
    }

    @Override
    public String resolveLinkTarget(SftpSubsystemProxy subsystem, Path link) throws IOException {
        throw refused(link, "there are no links here");
    }

    @Override
    public void copyFile(SftpSubsystemProxy subsystem, Path from, Path to, Collection<CopyOption> options)
            throws IOException {
        throw refused(to, "files are not copied here");
    }

    private static AccessDeniedException refused(Path file, String why) {
        return new AccessDeniedException(String.valueOf(file), null, why);
    }
}

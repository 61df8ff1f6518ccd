package org.ferrule.dedup.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the files of segments that an earlier run has left. */
final class ContainerFiles {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerFiles.class);
    private static final Pattern NAME = Pattern.compile("([0-7][0-9a-f]{7})-([0-9a-f]{32})(\\.[a-z]+)");

    private ContainerFiles() {}

    /** The container whose catalogue a file is. What belongs to none is deleted. */
    static Optional<Container> find(PeerDisk peer, Path file) throws IOException {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (!name.matches()) {
            return Optional.empty();
        }
        if (name.group(3).equals(Container.CATALOGUE)) {
            return open(peer, file, Integer.parseInt(name.group(1), 16), Pair.parse(name.group(2)));
        }
        if (name.group(3).equals(Container.DATA)
                && !Files.exists(file.resolveSibling(name.group(1) + "-" + name.group(2) + Container.CATALOGUE))) {
            Files.delete(file);
        }
        return Optional.empty();
    }

    private static Optional<Container> open(PeerDisk peer, Path file, int number, Pair pair) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(Catalogue.HEAD);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.read(head);
            long nonce = Catalogue.nonce(head.flip());
            Container found = new Container(
                    peer, number, pair, nonce, Files.getLastModifiedTime(file).toMillis());
            long data = Files.exists(found.data()) ? Files.size(found.data()) : 0;
            found.sizeFound(channel.size() + data);
            return Optional.of(found);
        } catch (IOException e) {
            LOG.warn("{} is of no use and is deleted: {}", file, e.getMessage());
            Files.delete(file);
            return Optional.empty();
        }
    }
}

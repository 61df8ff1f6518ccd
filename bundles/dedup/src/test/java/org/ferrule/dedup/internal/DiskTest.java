package org.ferrule.dedup.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What two ends keep on disk, through restarts, crashes and damage. */
class DiskTest {
    private static final int SEGMENTS = 64;
    private static final long DISK = 64L << 20;
    private static final int SIZE = 5_000_000;

    @TempDir
    Path folder;

    private final Random random = new Random(7);
    private final byte[] data = bytes(SIZE);
    private Model model;

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private Model.Fibre begin() throws Exception {
        model = new Model(SEGMENTS, folder, DISK);
        Model.Fibre fibre = model.fibre();
        model.settle();
        return fibre;
    }

    private long cost(Model.Flow flow, byte[] data) throws Exception {
        return model.cost(flow, data);
    }

    private void cutAll() {
        while (!model.fibres.isEmpty()) {
            model.fibres.get(0).cut();
        }
    }

    private Model.Fibre restart(int... ends) throws Exception {
        cutAll();
        for (int end : ends) {
            model.start(end);
        }
        Model.Fibre fibre = model.fibre();
        model.settle();
        return fibre;
    }

    private List<Path> files(int end, String suffix) throws IOException {
        try (Stream<Path> found = Files.walk(model.folder(end))) {
            return found.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    private static void assertKnown(long cost) {
        // What is sent until the first segment is there, a piece for each time it was, and some references.
        assertTrue(cost < 300_000, "wire " + cost);
    }

    private static void assertNew(long cost) {
        assertTrue(cost > SIZE, "wire " + cost);
    }

    @Test
    void whatWasSentIsKnownAfterARestart() throws Exception {
        cost(begin().flow(0, "d"), data);
        for (int[] ends : new int[][] {{0}, {1}, {0, 1}, {0, 1}}) {
            Model.Fibre next = restart(ends);
            assertKnown(cost(next.flow(0, "d"), data));
            assertTrue(cost(next.flow(1, "d"), data) < 2000);
        }
        assertTrue(model.counts[0].prefetchHits.sum() > 50, "prefetched " + model.counts[0].prefetchHits);
    }

    @Test
    void theOtherDirectionKnowsIt() throws Exception {
        cost(begin().flow(0, "d"), data);
        assertKnown(cost(restart(0, 1).flow(1, "d"), data));
    }

    @Test
    void littleIsKeptToo() throws Exception {
        byte[] little = Arrays.copyOf(data, 150_000);
        cost(begin().flow(0, "d"), little);
        long cost = cost(restart(0, 1).flow(0, "d"), little);
        assertTrue(cost < 70_000, "wire " + cost);
    }

    @Test
    void everySegmentBeginsWhereItCanBeWrittenUnbuffered() throws Exception {
        cost(begin().flow(0, "d"), Arrays.copyOf(data, 1_150_000));
        cutAll();
        model.settle();
        List<Path> files = files(1, Container.DATA);
        assertFalse(files.isEmpty());
        for (Path file : files) {
            long size = Files.size(file);
            assertTrue(size > 1_150_000 && size % Unbuffered.ALIGNMENT == 0, file + " has " + size + " bytes");
        }
    }

    @Test
    void otherDomainsDoNotKnowIt() throws Exception {
        cost(begin().flow(0, "d"), data);
        Model.Fibre next = restart(0, 1);
        assertNew(cost(next.flow(0, "e"), data));
        assertNew(cost(next.flow(1, "f"), data));
    }

    @Test
    void theDiskHoldsWhatMemoryHasNoRoomFor() throws Exception {
        Model.Fibre fibre = begin();
        Model.Flow flow = fibre.flow(0, "d");
        cost(flow, data);
        for (int i = 0; i < 6; i++) {
            cost(flow, bytes(SIZE));
        }
        assertTrue(model.counts[0].freed.sum() > 20, "freed " + model.counts[0].freed);
        assertKnown(cost(flow, data));
        assertTrue(model.counts[0].diskHits.sum() > 0);
    }

    @Test
    void whatWasNotUsedForLongestGoesFirst() throws Exception {
        cost(begin().flow(0, "d"), data);
        byte[] second = bytes(SIZE);
        cost(restart(0, 1).flow(0, "d"), second);
        Model.Fibre next = restart(0, 1);
        for (int i = 0; i < 11; i++) {
            model.now += 3_600_000;
            if (i % 3 == 0) {
                cost(next.flow(0, "d"), data);
            }
            cost(next.flow(0, "d"), bytes(SIZE));
        }
        assertTrue(model.disks[0].disk().pruned() > 0);
        assertTrue(
                model.disks[0].disk().size() <= DISK,
                "size " + model.disks[0].disk().size());
        next = restart(0, 1);
        assertKnown(cost(next.flow(0, "d"), data));
        assertNew(cost(next.flow(0, "d"), second));
    }

    @Test
    void anEndThatLostItIsSentItAgain() throws Exception {
        cost(begin().flow(0, "d"), data);
        cutAll();
        model.disks[1].forget("peer");
        model.start(1);
        model.start(0);
        Model.Fibre next = model.fibre();
        model.settle();
        assertEquals(0, model.dictionaries[0].disk().size(), "what the peer does not have is of no use");
        assertNew(cost(next.flow(0, "d"), data));
        assertKnown(cost(restart(0, 1).flow(0, "d"), data));
    }

    @Test
    void aCrashLosesWhatWasNotWritten() throws Exception {
        cost(begin().flow(0, "d"), data);
        cutAll();
        model.startAfterCrash(1);
        model.startAfterCrash(0);
        Model.Fibre next = model.fibre();
        model.settle();
        long cost = cost(next.flow(0, "d"), data);
        assertTrue(cost < 100_000 + 2 * Segment.SIZE, "wire " + cost);
    }

    @Test
    void aCrashAtAnyByteLeavesWhatCanBeOpened() throws Exception {
        cost(begin().flow(0, "d"), data);
        for (int i = 0; i < 12; i++) {
            cutAll();
            for (String suffix : List.of(Container.CATALOGUE, Container.DATA)) {
                List<Path> files = files(1, suffix);
                try (RandomAccessFile file = new RandomAccessFile(
                        files.get(random.nextInt(files.size())).toFile(), "rw")) {
                    file.setLength((long) (file.length() * random.nextDouble()));
                }
            }
            model.start(1);
            model.start(0);
            Model.Fibre next = model.fibre();
            model.settle();
            cost(next.flow(random.nextInt(2), "d"), data);
        }
    }

    @Test
    void whatIsDamagedIsNotUsed() throws Exception {
        cost(begin().flow(0, "d"), data);
        cutAll();
        for (Path file : files(1, Container.DATA)) {
            byte[] bytes = Files.readAllBytes(file);
            for (int at = 1000; at < bytes.length; at += 3 << 18) {
                bytes[at]++;
            }
            Files.write(file, bytes);
        }
        long cost = cost(restart(0, 1).flow(0, "d"), data);
        assertTrue(cost > 5 * Segment.SIZE && cost < SIZE / 2, "wire " + cost);
        assertTrue(model.counts[0].recallsLost.sum() >= 5, "lost " + model.counts[0].recallsLost);
        assertTrue(model.counts[1].diskLost.sum() >= 5, "lost " + model.counts[1].diskLost);
        // It was sent, and is kept again, in pieces.
        cost = cost(restart(0, 1).flow(0, "d"), data);
        assertTrue(cost < SIZE / 2, "wire " + cost);
        assertEquals(0, model.counts[1].mismatches.sum());
    }

    @Test
    void bitsThatFlipMakeNothingWrong() throws Exception {
        cost(begin().flow(0, "d"), data);
        for (int i = 0; i < 12; i++) {
            cutAll();
            try (Stream<Path> found = Files.walk(model.folder(i % 2))) {
                for (Path file : found.filter(Files::isRegularFile).toList()) {
                    byte[] bytes = Files.readAllBytes(file);
                    if (bytes.length > 0 && random.nextInt(3) == 0) {
                        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                        Files.write(file, bytes);
                    }
                }
            }
            model.start(i % 2);
            Model.Fibre next = model.fibre();
            model.settle();
            cost(next.flow(random.nextInt(2), "d"), data);
        }
    }

    @Test
    void aDiskThatFailsIsToldOf() throws Exception {
        Model.Fibre fibre = begin();
        Path peer = model.dictionaries[0].disk().folder();
        DiskFolder.delete(peer);
        cost(fibre.flow(0, "d"), data);
        assertTrue(model.counts[0].diskFailures.sum() > 10, "failures " + model.counts[0].diskFailures);
        assertTrue(
                model.disks[0].disk().failure().contains(peer.toString()),
                model.disks[0].disk().failure());
        Files.createDirectory(peer);
        cost(fibre.flow(0, "d"), bytes(SIZE));
        assertEquals("", model.disks[0].disk().failure());
    }

    @Test
    void aDiskThatIsFullIsToldOf() throws Exception {
        Model.Fibre fibre = begin();
        model.free = 100 << 20;
        cost(fibre.flow(0, "d"), data);
        assertTrue(
                model.disks[0].disk().failure().contains("less than 512 MB are free"),
                model.disks[0].disk().failure());
        model.free = 1L << 40;
        cost(fibre.flow(0, "d"), bytes(SIZE));
        assertEquals("", model.disks[0].disk().failure());
    }

    @Test
    void aDiskThatIsSlowMissesSome() throws Exception {
        model = new Model(512, folder, 4 * DISK);
        Model.Fibre fibre = model.fibre();
        model.settle();
        Model.Flow flow = fibre.flow(0, "d");
        // The event loops go on meanwhile.
        for (int i = 0; i < 800; i++) {
            flow.write(bytes(1 << 16));
            model.settleLoops();
        }
        model.settle();
        assertArrayEquals(flow.sent.toByteArray(), flow.received.toByteArray());
        for (int end = 0; end < 2; end++) {
            assertEquals(64, model.counts[end].diskWrites.sum());
            assertEquals(800 / 4 - 64, model.counts[end].unwritten.sum(), 2);
        }
    }

    @Test
    void filesOfNoUseAreDeleted() throws Exception {
        cost(begin().flow(0, "d"), data);
        cutAll();
        Path peer = files(1, Container.DATA).get(0).getParent();
        String pair = "0123456789abcdef0123456789abcdef";
        Path alone = Files.writeString(peer.resolve("00000099-" + pair + Container.DATA), "alone");
        Path other = Files.writeString(peer.resolve("0000009a-" + pair + Container.CATALOGUE), "something else here");
        Path lost = Files.createDirectories(model.folder(1).resolve("lost"));
        Files.writeString(lost.resolve("secrets"), "$M$AAAA");
        assertKnown(cost(restart(0, 1).flow(0, "d"), data));
        assertFalse(Files.exists(alone));
        assertFalse(Files.exists(other));
        assertFalse(Files.exists(lost));
    }

    @Test
    void nothingCanBeReadFromOutside() throws Exception {
        byte[] text =
                "a secret of the client, and of nobody else; ".repeat(20_000).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < text.length; i += 100) {
            text[i] = (byte) ('a' + random.nextInt(26));
        }
        cost(begin().flow(0, "some-domain"), text);
        cutAll();
        model.start(0);
        try (Stream<Path> found = Files.walk(model.folder(0))) {
            for (Path file : found.toList()) {
                String rights = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                assertTrue(rights.endsWith("------"), file + " " + rights);
                if (Files.isRegularFile(file)) {
                    String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                    assertFalse(content.contains("secret of the client"), file.toString());
                    assertFalse(content.contains("some-domain"), file.toString());
                }
            }
        }
        assertFalse(files(0, Container.DATA).isEmpty());
    }

    @Test
    void theFolderIsOfOneProcess() throws Exception {
        begin();
        IOException refused = assertThrows(
                IOException.class,
                () -> new DiskFolder(
                        model.folder(0),
                        model.disks[0].disk().limits(),
                        new Disk.Means(Runnable::run, Runnable::run, () -> 0, any -> 0),
                        null,
                        null,
                        null));
        assertTrue(refused.getMessage().contains("another appliance uses the folder"), refused.getMessage());
    }

    @Test
    void theIndexTakesLittle() throws Exception {
        Model.Fibre fibre = begin();
        cost(fibre.flow(0, "d"), data);
        assertTrue(model.disks[0].disk().index().memory() <= DISK / 1024 * 4);
    }
}

package org.ferrule.dedup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.ferrule.config.Secrets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk of two versions of the module, of which one can have it at a time. */
class DatastorDiskTest {
    @TempDir
    Path folder;

    private Secrets secrets = new Model.OpenSecrets();
    private DatastorDisk old;
    private DatastorDisk newer;

    private DatastorDisk disk() {
        return new DatastorDisk(
                folder.resolve("datastor"),
                () -> Optional.ofNullable(secrets),
                new SecureRandom(),
                any -> new Counts());
    }

    private void open() {
        old = disk();
        newer = disk();
        old.change(DeduplicationSettings.STORE);
        newer.change(DeduplicationSettings.STORE);
    }

    @AfterEach
    void close() {
        old.close();
        newer.close();
    }

    @Test
    void theNewerVersionGetsItWhenTheOldOneLeavesIt() {
        open();
        assertNotNull(old.peer("dc"));
        assertNull(newer.peer("dc"));
        assertTrue(newer.obstacle().contains("is locked"), newer.obstacle());
        assertFalse(newer.retry(), "the old one has it still");
        old.close();
        assertTrue(newer.retry());
        assertEquals("", newer.obstacle());
        assertNotNull(newer.peer("dc"));
        assertFalse(newer.retry(), "it is open");
    }

    @Test
    void withoutTheMasterKeyItIsNotTried() {
        secrets = null;
        open();
        assertFalse(newer.canBeOpened());
        assertTrue(newer.obstacle().contains("crypto"), newer.obstacle());
        secrets = new Model.OpenSecrets();
        assertTrue(newer.canBeOpened());
        assertTrue(newer.retry());
    }

    @Test
    void whatIsNotWantedIsNotTried() {
        open();
        Datastor without = new Datastor("", 64, false, 64, 95, 85);
        newer.change(without);
        assertFalse(newer.canBeOpened());
    }
}

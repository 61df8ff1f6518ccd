package org.ferrule.config.internal;

import static org.ferrule.config.internal.Fixtures.*;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.ferrule.config.Assign;
import org.ferrule.config.Assign.Operator;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Edit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferencesTest {
    @TempDir
    Path folder;

    private Appliance appliance;

    @BeforeEach
    void start() throws Exception {
        appliance = Appliance.whole(folder, "1");
    }

    private String refused(Edit... edits) {
        ConfigTree before = appliance.running();
        String message = assertThrows(ConfigException.class, () -> appliance.commit(edits))
                .getMessage();
        assertEquals(before, appliance.running());
        return message;
    }

    @Test
    void everySortOfReferenceMustResolve() throws Exception {
        appliance.commit(create(pool("p")), aVirtual("v", "10.0.0.1:80"));
        List<Edit> wrong = List.of(
                modify(virtual("v"), set("pool", "/Common/wrong")),
                modify(virtual("v"), words("backups", Operator.ADD, "/Common/p", "/Common/wrong")),
                modify(
                        virtual("v"),
                        new Assign.Group("source-address-translation", List.of(set("pool", "/Common/wrong")))));
        for (Edit edit : wrong) {
            String message = refused(edit);
            assertTrue(message.startsWith("01020036:3: The requested Pool (/Common/wrong) was not found."), message);
            assertTrue(message.contains("Virtual Server /Common/v, property "), message);
            assertTrue(message.endsWith("There are: /Common/p."), message);
        }
        assertTrue(refused(modify(virtual("v"), entries("profiles", Operator.ADD, Map.of("/Common/x", List.of()))))
                .startsWith("01020036:3: The requested TCP Profile (/Common/x)"));
        assertTrue(refused(modify(pool("p"), set("monitor", "min 1 of { /Common/http /Common/no }")))
                .startsWith("01020036:3: The requested Monitor (/Common/no)"));
        assertTrue(refused(modify(
                        pool("p"),
                        entries("members", Operator.ADD, Map.of("10.0.0.1:80", List.of(set("monitor", "/Common/no"))))))
                .contains("property members 10.0.0.1:80 monitor"));
        assertTrue(refused(create(monitor("m"), set("defaults-from", "/Common/no")))
                .contains("(/Common/no)"));
    }

    @Test
    void whatResolvesIsAccepted() throws Exception {
        appliance.commit(
                create(pool("p"), set("monitor", "/Common/http and /Common/https")),
                aVirtual("v", "10.0.0.1:80"),
                modify(
                        virtual("v"),
                        set("pool", "/Common/p"),
                        entries("profiles", Operator.ADD, Map.of("/Common/lan", List.of()))));
        appliance.commit(modify(virtual("v"), set("pool", "none")));
        assertEquals("none", own(appliance.running(), virtual("v"), "pool"));
    }

    @Test
    void whatIsInUseCannotBeDeleted() throws Exception {
        appliance.commit(create(monitor("m")), create(pool("p"), set("monitor", "/Common/m")));
        assertEquals(
                "01070083:3: Monitor /Common/m is in use. It is named by Pool /Common/p, property monitor.",
                refused(delete(monitor("m"))));
        appliance.commit(delete(monitor("m")), delete(pool("p")));
        assertTrue(appliance.running().own().isEmpty());
    }

    @Test
    void aReferenceMayBeSatisfiedLaterInTheSameTransaction() {
        assertDoesNotThrow(() -> appliance.commit(
                create(virtual("v"), set("destination", "10.0.0.1:80"), set("pool", "/Common/p")), create(pool("p"))));
    }

    @Test
    void whatDangledBeforeDoesNotHinderOtherChanges() throws Exception {
        Catalog catalog = catalog();
        ConfigTree dangling = ConfigTree.of(
                catalog.shipped(), List.of(new ConfigObject(pool("p"), 1, Map.of("monitor", "/Common/gone"))));
        References references = new References(catalog);
        assertDoesNotThrow(() -> references.check(dangling, dangling.with(new ConfigObject(pool("q"), 1, Map.of()))));
        assertThrows(ConfigException.class, () -> references.checkAll(dangling));
    }
}

package org.ferrule.ssh.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.ferrule.config.PrivateFiles;
import org.ferrule.ssh.internal.Fakes.FakeSecrets;

/** Host keys made once for all tests: an RSA key takes seconds. */
final class HostKeyStock {
    private static final Map<String, String> FILES = new HashMap<>();

    private HostKeyStock() {}

    /** Puts them where an appliance with this home looks, unless there are some. */
    static synchronized void into(Path home) throws IOException {
        Path keys = home.resolve("keys");
        if (Files.exists(keys)) {
            return;
        }
        if (FILES.isEmpty()) {
            new HostKeys(keys, new FakeSecrets()).load();
            for (HostKeyType type : HostKeyType.values()) {
                FILES.put(type.file(), Files.readString(keys.resolve(type.file())));
            }
            return;
        }
        PrivateFiles.folder(keys);
        for (Map.Entry<String, String> file : FILES.entrySet()) {
            PrivateFiles.replace(keys.resolve(file.getKey()), file.getValue().getBytes(StandardCharsets.US_ASCII));
        }
    }
}

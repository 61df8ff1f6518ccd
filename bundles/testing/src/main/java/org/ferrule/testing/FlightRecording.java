package org.ferrule.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Records events of the JVM's flight recorder while a test runs. */
public final class FlightRecording implements AutoCloseable {
    private final Recording recording = new Recording();
    private final Set<String> names;

    /** Begins to record the events with these names. */
    public FlightRecording(String... names) {
        this.names = Set.of(names);
        for (String name : names) {
            recording.enable(name);
        }
        recording.start();
    }

    /** Ends the recording, and gives what was recorded in the order in which it ended. */
    public List<RecordedEvent> events() throws IOException {
        recording.stop();
        Path file = Files.createTempFile("test", ".jfr");
        try {
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(event -> names.contains(event.getEventType().getName()))
                    .sorted((a, b) -> a.getEndTime().compareTo(b.getEndTime()))
                    .toList();
        } finally {
            Files.delete(file);
        }
    }

    @Override
    public void close() {
        recording.close();
    }
}

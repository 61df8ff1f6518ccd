package org.ferrule.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.ferrule.stream.EventLoop;
import org.junit.jupiter.api.Test;

class FakeLoopTest {
    private final FakeLoop loop = new FakeLoop();
    private final List<String> done = new ArrayList<>();

    private EventLoop.Timer after(int millis, String what) {
        return loop.schedule(Duration.ofMillis(millis), () -> done.add(what + "@" + loop.nanoTime() / 1_000_000));
    }

    @Test
    void timersFireAtTheirOwnMomentsInTheOrderTheyWereSet() {
        after(20, "late");
        after(10, "first");
        after(10, "second");
        after(31, "never");
        loop.pass(Duration.ofMillis(30));
        assertEquals(List.of("first@10", "second@10", "late@20"), done);
        assertEquals(1, loop.timers());
        assertEquals(Duration.ofMillis(30).toNanos(), loop.nanoTime());
    }

    @Test
    void aTimerThatATimerSetFiresWithinTheSameTime() {
        loop.schedule(Duration.ofMillis(10), () -> after(5, "next"));
        loop.pass(Duration.ofMillis(15));
        assertEquals(List.of("next@15"), done);
    }

    @Test
    void afterAJumpTimersAreLateAndTimeDoesNotGoBack() {
        loop.schedule(
                Duration.ofMillis(10),
                () -> done.add("at " + Duration.ofNanos(loop.nanoTime()).toMillis()));
        loop.jump(Duration.ofMillis(500));
        assertEquals(List.of(), done);
        loop.pass(Duration.ZERO);
        assertEquals(List.of("at 500"), done);
    }

    @Test
    void aCancelledTimerDoesNotFire() {
        after(10, "never").cancel();
        loop.pass(Duration.ofMillis(10));
        assertEquals(List.of(), done);
    }

    @Test
    void tasksWaitForTheirTurn() {
        loop.execute(() -> loop.execute(() -> done.add("inner")));
        loop.execute(() -> done.add("outer"));
        assertEquals(List.of(), done);
        loop.run();
        assertEquals(List.of("outer", "inner"), done);
    }

    @Test
    void anEagerLoopKeepsTheOrderOfTasks() {
        loop.eager().execute(() -> {
            loop.execute(() -> done.add("inner"));
            done.add("outer");
        });
        assertEquals(List.of("outer", "inner"), done);
    }
}

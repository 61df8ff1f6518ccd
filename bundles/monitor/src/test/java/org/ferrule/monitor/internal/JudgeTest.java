package org.ferrule.monitor.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.ferrule.traffic.Monitors.Health;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private static final Optional<Health> UP = Optional.of(new Health(true, ""));
    private static final Optional<Health> UNCHANGED = Optional.empty();

    private static Judge judge(int timeUntilUp) {
        return new Judge(new Probing(
                Duration.ofSeconds(5), Duration.ofSeconds(16), Duration.ofSeconds(timeUntilUp), "", null, false));
    }

    private static long at(int seconds) {
        // A clock like System.nanoTime may start anywhere.
        return Duration.ofSeconds(seconds).toNanos() - (1L << 50);
    }

    private static Optional<Health> down(String reason) {
        return Optional.of(new Health(false, reason));
    }

    @Test
    void theFirstAnswerDecidesAtOnce() {
        assertEquals(UP, judge(0).success(at(0)));
        assertEquals(down("refused"), judge(0).failure(at(0), "refused"));
    }

    @Test
    void aTargetThatWasUpIsDownOnlyAfterTheTimeout() {
        Judge judge = judge(0);
        judge.success(at(0));
        assertEquals(UNCHANGED, judge.failure(at(5), "refused"));
        assertEquals(UNCHANGED, judge.failure(at(15), "refused"));
        assertEquals(down("late"), judge.failure(at(16), "late"));
        assertEquals(UNCHANGED, judge.failure(at(21), "late"));
    }

    @Test
    void aTargetThatIsDownAndFailsInANewWayIsDownForThat() {
        Judge judge = judge(0);
        judge.failure(at(0), "refused");
        assertEquals(UNCHANGED, judge.failure(at(5), "refused"));
        assertEquals(down("late"), judge.failure(at(10), "late"));
    }

    @Test
    void anAnswerInBetweenStartsTheTimeoutAgain() {
        Judge judge = judge(0);
        judge.success(at(0));
        judge.failure(at(5), "refused");
        assertEquals(UNCHANGED, judge.success(at(10)));
        assertEquals(UNCHANGED, judge.failure(at(25), "refused"));
        assertEquals(down("refused"), judge.failure(at(26), "refused"));
    }

    @Test
    void aTargetThatWasDownIsUpWithItsFirstAnswer() {
        Judge judge = judge(0);
        judge.failure(at(0), "refused");
        assertEquals(UP, judge.success(at(5)));
        assertEquals(UNCHANGED, judge.success(at(10)));
    }

    @Test
    void withTimeUntilUpATargetMustAnswerForSoLong() {
        Judge judge = judge(10);
        judge.failure(at(0), "refused");
        assertEquals(UNCHANGED, judge.success(at(5)));
        assertEquals(UNCHANGED, judge.success(at(14)));
        assertEquals(UP, judge.success(at(15)));
    }

    @Test
    void aFailureInBetweenStartsTimeUntilUpAgain() {
        Judge judge = judge(10);
        judge.failure(at(0), "refused");
        judge.success(at(5));
        assertEquals(UNCHANGED, judge.failure(at(10), "refused"));
        assertEquals(UNCHANGED, judge.success(at(15)));
        assertEquals(UNCHANGED, judge.success(at(20)));
        assertEquals(UP, judge.success(at(25)));
    }

    @Test
    void aTargetThatFailsBeforeItsTimeUntilUpHasPassedIsDown() {
        Judge judge = judge(10);
        assertEquals(UNCHANGED, judge.success(at(0)));
        assertEquals(down("refused"), judge.failure(at(5), "refused"));
    }
}

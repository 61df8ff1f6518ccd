package org.ferrule.stream;

import java.time.Duration;
import java.util.concurrent.Executor;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One thread that owns a share of all streams, with their timers.
 *
 * <p>{@link #execute}, {@link #schedule} and {@link #inLoop} may be called from any thread. Nothing that runs on a loop
 * may block: every stream of the loop would wait for it.
 */
@ProviderType
public interface EventLoop extends Executor {
    /** The version of the module net that the loop belongs to: it opens and secures the loop's streams, no other can. */
    Network network();

    /** The loop's number, from 0; {@link Network#loops()} lists loops in this order. */
    int index();

    /** Whether the caller is on this loop's thread. */
    boolean inLoop();

    /** Runs the task on the loop's thread, after what it is doing now. What the task throws is logged. */
    @Override
    void execute(Runnable task);

    /**
     * Runs the task once on the loop's thread when the delay has passed.
     *
     * @param delay at least 0; timers are good to about a millisecond
     */
    Timer schedule(Duration delay, Runnable task);

    /** The loop's idea of now, in nanoseconds as {@link System#nanoTime()} counts them; tests inject their own. */
    long nanoTime();

    /**
     * What the loop's thread has had of a processor, in nanoseconds since some moment: what passes of {@link #nanoTime} and not
     * of this, others had. The same as that where the system does not tell. On the loop; takes about as long as a system call.
     */
    long processorNanos();

    /** How many streams live on the loop now; used to find the least loaded one. May be called from any thread. */
    int streams();

    /** A task that waits for its time. */
    @ProviderType
    interface Timer {
        /** Makes sure that the task will not run; does nothing if it ran already. On the loop's thread only. */
        void cancel();
    }
}

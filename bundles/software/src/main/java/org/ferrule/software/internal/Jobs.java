package org.ferrule.software.internal;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import org.ferrule.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs jobs one after the other on a thread of its own, and remembers how the last ones ended. Any thread. */
final class Jobs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
    private static final int REMEMBERED = 20;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "software");
        made.setDaemon(true);
        return made;
    });
    private final Gson gson = new Gson();
    private final Store store;
    private final Pace pace;
    /** Held while something is planned, so that no job begins meanwhile. */
    private final Object turn = new Object();
    /** Oldest first; guarded by itself. */
    private final List<Job> jobs = new ArrayList<>();

    private volatile LongConsumer handover = successor -> {};
    private int calledOff = -1;
    private int settled = -1;

    /** What a job does. */
    @FunctionalInterface
    interface Work {
        /** Does it; gives what should be known of the result, or "". */
        String run(Upgrade.Progress progress) throws Upgrade.Failed, IOException, InterruptedException;
    }

    /** Something that needs that no job runs. */
    @FunctionalInterface
    interface Planning {
        void plan() throws ConfigException;
    }

    Jobs(Store store, Pace pace) {
        this.store = store;
        this.pace = pace;
        recall();
    }

    /** Takes up what was written down, by this version of the module or another that worked meanwhile. */
    void recallAgain() {
        synchronized (jobs) {
            jobs.clear();
            recall();
        }
    }

    private void recall() {
        try {
            for (Job job : written()) {
                jobs.add(
                        job.running()
                                ? job.over(
                                        Job.State.INTERRUPTED,
                                        "the module stopped meanwhile; what was half done is settled at its start",
                                        pace.now())
                                : job);
            }
        } catch (IOException | Unacceptable | JsonParseException e) {
            LOG.warn("How earlier jobs ended is not known any more: {}", e.getMessage());
        }
    }

    private List<Job> written() throws IOException, Unacceptable {
        byte[] written = store.jobs();
        Job[] read = written.length == 0
                ? new Job[0]
                : gson.fromJson(new String(written, StandardCharsets.UTF_8), Job[].class);
        return Arrays.stream(read == null ? new Job[0] : read)
                .filter(job -> job != null && job.state() != null)
                .toList();
    }

    /** The number of the last job; 0 if there was none. */
    int last() {
        synchronized (jobs) {
            return jobs.isEmpty() ? 0 : jobs.get(jobs.size() - 1).number();
        }
    }

    /** The last job after that one, which another version of this module has begun and written down. */
    Optional<Job> after(int number) {
        try {
            List<Job> written = written();
            return written.isEmpty() || written.get(written.size() - 1).number() <= number
                    ? Optional.empty()
                    : Optional.of(written.get(written.size() - 1));
        } catch (IOException | Unacceptable | JsonParseException e) {
            LOG.debug("The jobs are being written", e);
            return Optional.empty();
        }
    }

    /** What is done when this module is replaced itself, once the job that does it is over. */
    void onHandover(LongConsumer handover) {
        this.handover = handover;
    }

    /** The jobs, the newest first. */
    List<Job> all() {
        synchronized (jobs) {
            List<Job> all = new ArrayList<>(jobs);
            java.util.Collections.reverse(all);
            return all;
        }
    }

    /** Whether a job runs. */
    boolean busy() {
        return running().isPresent();
    }

    private Optional<Job> running() {
        synchronized (jobs) {
            return jobs.stream().filter(Job::running).findFirst();
        }
    }

    /** Runs the planning, during which no job begins; refused while one runs. */
    void whenIdle(Planning planning) throws ConfigException {
        synchronized (turn) {
            Optional<Job> busy = running();
            if (busy.isPresent()) {
                throw new ConfigException("Job " + busy.get().number() + " is running ("
                        + busy.get().what() + "), and there is one at a time; show sys software tells how it goes on");
            }
            planning.plan();
        }
    }

    /** Begins a job as soon as those before it are over; gives its number. */
    int begin(String what, String by, Work work) {
        synchronized (turn) {
            Job job;
            synchronized (jobs) {
                job = Job.begun(last() + 1, what, by, pace.now());
                jobs.add(job);
                if (jobs.size() > REMEMBERED) {
                    jobs.remove(0);
                }
            }
            write();
            LOG.info("Job {} begins: {}", job.number(), what);
            later(() -> run(job.number(), work));
            return job.number();
        }
    }

    /** Does something between jobs. */
    void later(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("The module is being stopped");
        }
    }

    /** Calls a job off; it ends by itself then, and everything is put back. */
    void cancel(int number) throws ConfigException {
        synchronized (jobs) {
            Job job = jobs.stream()
                    .filter(j -> j.number() == number)
                    .findFirst()
                    .orElseThrow(() ->
                            new ConfigException("There is no job " + number + "; show sys software lists the jobs"));
            if (!job.running()) {
                throw new ConfigException("Job " + number + " is over already (" + state(job) + ")");
            }
            if (settled == number) {
                throw new ConfigException("Job " + number
                        + " cannot be cancelled any more: an old version has left. Install an older image with the word"
                        + " downgrade to go back");
            }
            calledOff = number;
        }
    }

    static String state(Job job) {
        return job.state().name().toLowerCase(java.util.Locale.ROOT);
    }

    private void run(int number, Work work) {
        Job.State state = Job.State.FAILED;
        String reason = "it failed unexpectedly; the log has more";
        try {
            reason = work.run(new Told(number));
            state = Job.State.DONE;
        } catch (Upgrade.Failed e) {
            state = e.cancelled() ? Job.State.CANCELLED : Job.State.FAILED;
            reason = e.getMessage();
        } catch (IOException e) {
            reason = e.getMessage();
        } catch (InterruptedException e) {
            LOG.info("Job {} is interrupted: the module is being stopped", number);
            Thread.currentThread().interrupt();
            return;
        } catch (RuntimeException e) {
            LOG.error("Job {} failed unexpectedly", number, e);
        }
        over(number, state, reason);
    }

    private void over(int number, Job.State state, String reason) {
        change(number, job -> job.over(state, reason, pace.now()));
        write();
        if (state == Job.State.DONE) {
            LOG.info("Job {} is done{}", number, reason.isEmpty() ? "" : ": " + reason);
        } else {
            LOG.warn("Job {} ended as {}: {}", number, state, reason);
        }
    }

    private void change(int number, UnaryOperator<Job> by) {
        synchronized (jobs) {
            jobs.replaceAll(job -> job.number() == number ? by.apply(job) : job);
        }
    }

    private void write() {
        byte[] content;
        synchronized (jobs) {
            content = gson.toJson(jobs.toArray(Job[]::new)).getBytes(StandardCharsets.UTF_8);
        }
        try {
            store.writeJobs(content);
        } catch (IOException e) {
            LOG.warn("The state of the jobs cannot be written down: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** Keeps a job's state up to date. */
    private final class Told implements Upgrade.Progress {
        private final int number;

        Told(int number) {
            this.number = number;
        }

        @Override
        public void step(String step, String bundle) {
            change(number, job -> job.at(step, bundle));
        }

        @Override
        public boolean cancelled() {
            synchronized (jobs) {
                return calledOff == number;
            }
        }

        @Override
        public void handOver(long successor) {
            later(() -> handover.accept(successor));
        }

        @Override
        public boolean settle() {
            synchronized (jobs) {
                if (calledOff == number) {
                    return false;
                }
                settled = number;
                return true;
            }
        }
    }
}

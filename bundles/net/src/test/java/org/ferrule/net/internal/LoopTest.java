package org.ferrule.net.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Listener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Loops: waking up, sharing the work, and outliving what runs on them. */
@Timeout(30)
class LoopTest {
    private static final long SLEEP = 60_000;

    @Test
    void aLoopThatSleepsIsWokenByWhatAnotherThreadGivesIt() throws Exception {
        Loop loop = new Loop(null, 0, new NetMemory(MemoryBudget.ofProcess()), Runnable::run);
        Thread thread = new Thread(() -> {
            try {
                // Nothing is due: without being woken it sleeps for a minute, longer than this test may take.
                while (loop.select(SLEEP) == 0 && !Thread.currentThread().isInterrupted()) {
                    continue;
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        thread.start();
        try {
            for (int i = 0; i < 3; i++) {
                awaitSelecting(thread);
                CompletableFuture<Boolean> ran = new CompletableFuture<>();
                loop.execute(() -> ran.complete(loop.inLoop()));
                assertTrue(ran.get(10, TimeUnit.SECONDS));
            }
            awaitSelecting(thread);
            CompletableFuture<Void> due = new CompletableFuture<>();
            loop.schedule(java.time.Duration.ZERO, () -> due.complete(null));
            due.get(10, TimeUnit.SECONDS);
        } finally {
            thread.interrupt();
            thread.join(10_000);
        }
    }

    @Test
    void whatTheLoopGivesItselfDoesNotWaitForASelection() throws Exception {
        Loop loop = new Loop(null, 0, new NetMemory(MemoryBudget.ofProcess()), Runnable::run);
        CountDownLatch ran = new CountDownLatch(1);
        loop.execute(() -> loop.execute(() -> loop.execute(ran::countDown)));
        // On this thread: one selection that slept would outlast the test.
        for (int i = 0; i < 3; i++) {
            loop.execute(() -> {});
            loop.select(SLEEP);
        }
        assertEquals(0, ran.getCount());
    }

    /** Until the thread is inside the system's wait. */
    private static void awaitSelecting(Thread thread) {
        while (Arrays.stream(thread.getStackTrace())
                .noneMatch(frame -> frame.getClassName().equals("sun.nio.ch.EPoll")
                        && frame.getMethodName().equals("wait"))) {
            Thread.onSpinWait();
        }
    }

    @Test
    void loneConnectionsThroughAnIdleApplianceDoNotWaitForATick() throws Exception {
        try (Lab lab = new Lab()) {
            Listener listener = lab.listen(stream -> stream.handler(lab.new Echo()));
            long start = System.nanoTime();
            for (int i = 0; i < 40; i++) {
                try (Socket socket = Lab.connect(listener)) {
                    socket.getOutputStream().write(i);
                    assertEquals(i, socket.getInputStream().read());
                }
            }
            // One wake-up that is missed costs up to a second, and each connection needs several.
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(took < 8_000, "forty connections took " + took + " ms");
        }
    }

    @Test
    void connectionsThatComeTogetherAreSharedByTheLoops() throws Exception {
        try (Lab lab = new Lab()) {
            int loops = lab.network.loops().size();
            Listener listener = lab.network.listen("test", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 4 * loops; i++) {
                // They wait in the kernel until somebody accepts, and are then taken all at once.
                sockets.add(Lab.connect(listener));
            }
            Map<Integer, Integer> each = new ConcurrentHashMap<>();
            CountDownLatch all = new CountDownLatch(sockets.size());
            listener.accept(Lab.SETTINGS, stream -> {
                each.merge(lab.here(), 1, Integer::sum);
                stream.handler(lab.new Echo());
                all.countDown();
            });
            assertTrue(all.await(10, TimeUnit.SECONDS));
            each.forEach((loop, count) -> assertEquals(4, count, "loop " + loop + " of " + each));
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void aTaskThatFailsInAnyWayCostsTheLoopNothing() throws Exception {
        try (Lab lab = new Lab()) {
            EventLoop loop = lab.network.loops().get(0);
            for (Throwable defect : List.of(
                    new IllegalStateException("a defect"),
                    new OutOfMemoryError("no direct memory"),
                    new StackOverflowError())) {
                loop.execute(() -> LoopTest.<RuntimeException>raise(defect));
                Lab.on(loop, () -> {});
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void raise(Throwable defect) throws T {
        throw (T) defect;
    }

    @Test
    void whenTheNetworkStopsEveryHandlerIsTold() throws Exception {
        Lab lab = new Lab();
        CountDownLatch accepted = new CountDownLatch(2);
        Listener listener = lab.listen(stream -> {
            stream.handler(lab.new Echo());
            accepted.countDown();
        });
        try (Socket one = Lab.connect(listener);
                Socket two = Lab.connect(listener)) {
            assertTrue(accepted.await(10, TimeUnit.SECONDS));
            lab.close();
            List<String> told = new ArrayList<>(List.of(lab.next(), lab.next()));
            told.sort(null);
            assertEquals(List.of("closed RESET_HERE on 0", "closed RESET_HERE on 1"), told);
        }
    }

    @Test
    void whenTheNetworkStopsWhoeverDialsIsTold() throws Exception {
        Lab lab = new Lab();
        CompletableFuture<org.ferrule.stream.Stream> result = new CompletableFuture<>();
        EventLoop loop = lab.network.loops().get(0);
        try (java.net.ServerSocket full = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // Its backlog is full, so that one more is never answered.
            List<Socket> waiting = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                waiting.add(new Socket(full.getInetAddress(), full.getLocalPort()));
            }
            lab.network.connect(
                    loop,
                    (InetSocketAddress) full.getLocalSocketAddress(),
                    Lab.SETTINGS,
                    java.time.Duration.ofMinutes(5),
                    new org.ferrule.stream.ConnectHandler() {
                        @Override
                        public void connected(org.ferrule.stream.Stream stream) {
                            result.complete(stream);
                        }

                        @Override
                        public void failed(IOException reason) {
                            result.completeExceptionally(reason);
                        }
                    });
            Lab.on(loop, () -> {});
            lab.close();
            ExecutionException failed = org.junit.jupiter.api.Assertions.assertThrows(
                    ExecutionException.class, () -> result.get(10, TimeUnit.SECONDS));
            assertTrue(failed.getMessage().contains("the network module stops"), failed.getMessage());
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }
}

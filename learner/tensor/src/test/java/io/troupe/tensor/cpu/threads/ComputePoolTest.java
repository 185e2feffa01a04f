package io.troupe.tensor.cpu.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComputePoolTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void runsEveryPartOnceForAnyNumberOfThreads(int threads) {
    try (ComputePool pool = new ComputePool(threads)) {
      for (int round = 0; round < 2000; round++) {
        AtomicIntegerArray runs = new AtomicIntegerArray(round % 17);
        pool.run(runs.length(), runs::incrementAndGet);
        for (int part = 0; part < runs.length(); part++) {
          assertThat(runs.get(part)).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void twoCallersDoNotWaitForEachOther() throws InterruptedException {
    try (ComputePool pool = new ComputePool(2)) {
      AtomicIntegerArray runs = new AtomicIntegerArray(2);
      Thread other =
          new Thread(
              () -> {
                for (int i = 0; i < 500; i++) {
                  pool.run(4, part -> runs.incrementAndGet(0));
                }
              });
      other.start();
      for (int i = 0; i < 500; i++) {
        pool.run(4, part -> runs.incrementAndGet(1));
      }
      other.join();
      assertThat(runs.get(0)).isEqualTo(2000);
      assertThat(runs.get(1)).isEqualTo(2000);
    }
  }

  @Test
  void workersLeaveTheirPlacesToFurtherCallers() throws InterruptedException {
    try (ComputePool pool = new ComputePool(2)) {
      CountDownLatch began = new CountDownLatch(1);
      CountDownLatch end = new CountDownLatch(1);
      Thread other =
          new Thread(
              () ->
                  pool.run(
                      2,
                      part -> {
                        if (part == 0) {
                          began.countDown();
                          await(end);
                        }
                      }));
      other.start();
      began.await();
      Set<Thread> threads = ConcurrentHashMap.newKeySet();
      pool.run(1000, part -> threads.add(Thread.currentThread()));
      assertThat(threads).containsExactly(Thread.currentThread());
      end.countDown();
      other.join();
    }
  }

  @Test
  void workersReturnWhenTheOtherCallerIsGone() throws InterruptedException {
    try (ComputePool pool = new ComputePool(2)) {
      Thread other = new Thread(() -> pool.run(2, part -> {}));
      other.start();
      other.join();
      boolean helped = false;
      for (int round = 0; !helped && round < 1000; round++) {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        pool.run(
            2,
            part -> {
              threads.add(Thread.currentThread());
              LockSupport.parkNanos(1_000_000); // the worker has time to come
            });
        helped = threads.size() == 2;
      }
      assertThat(helped).isTrue();
    }
  }

  @Test
  void partsMayHavePartsThemselves() {
    try (ComputePool pool = new ComputePool(3)) {
      AtomicIntegerArray runs = new AtomicIntegerArray(16);
      pool.run(4, outer -> pool.run(4, inner -> runs.incrementAndGet(4 * outer + inner)));
      for (int i = 0; i < 16; i++) {
        assertThat(runs.get(i)).isEqualTo(1);
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void exceptionsReachTheCaller() {
    try (ComputePool pool = new ComputePool(2)) {
      assertThatThrownBy(
              () ->
                  pool.run(
                      8,
                      part -> {
                        if (part == 5) {
                          throw new IllegalStateException("part 5");
                        }
                      }))
          .hasMessage("part 5");
    }
  }
}

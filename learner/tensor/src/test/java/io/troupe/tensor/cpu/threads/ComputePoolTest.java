package io.troupe.tensor.cpu.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
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

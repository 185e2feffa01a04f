package io.troupe.training.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TrainingGuardTest {
  @Test
  void rejectsASecondThreadUntilTheFirstLeaves() throws Exception {
    TrainingGuard guard = new TrainingGuard();
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    CompletableFuture<Void> left = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("first")
        .start(
            () -> {
              try (TrainingGuard.Entered _ = guard.enter("step 1")) {
                entered.countDown();
                leave.await();
              } catch (InterruptedException e) {
                left.completeExceptionally(e);
              }
              left.complete(null);
            });
    entered.await();
    assertThatThrownBy(() -> guard.enter("step 2"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("step 2 must be the only work on its weights, but thread first uses them");

    leave.countDown();
    left.get();
    guard.enter("step 2").close();
  }

  @Test
  void interruptEndsTheWorkAndKeepsTheInterruptStatus() {
    TrainingGuard.checkInterrupt("step 1");
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> TrainingGuard.checkInterrupt("step 1"))
          .isInstanceOf(CancellationException.class)
          .hasMessage("step 1 was interrupted");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}

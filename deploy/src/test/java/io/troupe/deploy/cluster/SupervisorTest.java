package io.troupe.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SupervisorTest {
  @TempDir private Path folder;

  @Test
  void sparesThatAreNeverReadyAreNotStartedForEver() throws Exception {
    AtomicInteger started = new AtomicInteger();
    List<String> messages = new CopyOnWriteArrayList<>();
    SpareKeeper failing =
        new SpareKeeper(
            2,
            () -> {
              started.incrementAndGet();
              return SpareProcess.of(new ProcessBuilder("false").start());
            },
            messages::add,
            Duration.ZERO);
    try (Supervisor supervisor =
        new Supervisor(_ -> List.of("sleep", "3"), messages::add, Optional.of(failing))) {
      supervisor.start(new ChildProcess("one", List.of(), folder.resolve("one.txt")));
      supervisor.await(_ -> true);
    }
    assertThat(started).hasValue(3);
    assertThat(messages).hasSize(1).first().asString().contains("3 spare processes", "spare.txt");
  }

  @Test
  void twoFailuresInARowAreReplacedByTwoSpares() throws Exception {
    List<String> messages = new CopyOnWriteArrayList<>();
    SpareKeeper keeper =
        new SpareKeeper(
            2,
            () -> SpareProcess.of(new ProcessBuilder("sh", "-c", "echo ready; cat").start()),
            messages::add,
            Duration.ZERO);
    ChildProcess spec = new ChildProcess("one", List.of("x"), folder.resolve("one.txt"));
    try (SpareKeeper _ = keeper) {
      assertThat(keeper.assign(spec)).isEmpty();
      while (messages.size() < 2) {
        keeper.keep();
        Thread.onSpinWait();
      }
      List<Process> assigned =
          List.of(keeper.assign(spec).orElseThrow(), keeper.assign(spec).orElseThrow());
      assertThat(keeper.assign(spec)).isEmpty();
      for (Process process : assigned) {
        assertThat(process.waitFor()).isZero(); // its input has ended
      }
      assertThat(messages).allSatisfy(line -> assertThat(line).contains("is ready to replace"));
    }
  }
}

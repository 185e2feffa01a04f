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
}

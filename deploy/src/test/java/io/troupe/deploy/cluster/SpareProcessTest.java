package io.troupe.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.cluster.key.ClusterKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes. */
final class SpareProcessTest {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @TempDir private Path folder;

  @Test
  void becomesTheProcessOfItsArguments() throws Exception {
    try (SpareProcess spare = ready()) {
      Path output = folder.resolve("node.txt");
      ChildProcess spec = new ChildProcess("node", List.of("models", "mlp"), output);
      Process process = spare.assign(spec);
      assertThat(process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(folder.resolve("spare.txt"))).isZero();
      assertThat(output).content().contains("mlp");
      assertThat(folder.resolve("spare")).as("files of its small run").doesNotExist();
    }
  }

  @Test
  void endsWithItsInput() throws Exception {
    try (SpareProcess spare = ready()) {
      spare.input().close();
      waitUntil(() -> !spare.isAlive());
      assertThat(spare.isReady()).isFalse();
    }
  }

  private SpareProcess ready() throws IOException, InterruptedException {
    Path key = folder.resolve("cluster.key");
    ClusterKey.loadOrCreate(key);
    SpareProcess spare = SpareProcess.start(key, folder);
    waitUntil(() -> spare.isReady() || !spare.isAlive());
    assertThat(spare.isReady()).as(Files.readString(folder.resolve("spare.txt"))).isTrue();
    return spare;
  }

  private static void waitUntil(BooleanSupplier condition) throws InterruptedException {
    long endNs = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(endNs);
      Thread.sleep(20);
    }
  }
}

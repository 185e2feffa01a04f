package io.troupe.serving.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.troupe.protocols.config.ServingConfig;
import io.troupe.rollout.service.RunningRequests;
import io.troupe.serving.ModelFolder;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.model.ServedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RunFollowerTest {
  @TempDir private Path run;
  private Endpoint endpoint;
  private RunFollower follower;
  private long nowNs;

  @BeforeEach
  void start() throws InterruptedException {
    ModelFolder.write("llama3-untied", run.resolve("checkpoints/start"));
    endpoint =
        new Endpoint(
            ServedModel.load(RunFollower.startOf(run), "policy", 1),
            ServingConfig.from(ConfigFactory.empty()));
    endpoint.warmUp();
    follower =
        new RunFollower(
            run, endpoint.model(), endpoint.weights(), RunningRequests.KEEP_CACHE, () -> nowNs);
  }

  @AfterEach
  void close() {
    follower.close();
    endpoint.close();
  }

  private Path checkpoint(long step) {
    return ModelFolder.write("llama3-untied", run.resolve("checkpoints/checkpoint-" + step));
  }

  private long version() {
    follower.look();
    return endpoint.model().weights().version();
  }

  @Test
  void theNewestCheckpointIsServed() {
    assertThat(version()).isZero();
    checkpoint(9);
    OtherWeights.write(checkpoint(10));
    String first = endpoint.model().weights().checksum();
    assertThat(version()).isEqualTo(10);
    assertThat(endpoint.model().weights().checksum()).isNotEqualTo(first);
    assertThat(endpoint.model().weights().source()).endsWith("checkpoint-10");
    assertThat(version()).isEqualTo(10);
    checkpoint(20);
    assertThat(version()).isEqualTo(20);
    assertThat(endpoint.model().weights().checksum()).isEqualTo(first);
  }

  @Test
  void unfinishedAndDamagedCheckpointsAreSkipped() throws IOException {
    ModelFolder.write("llama3-untied", run.resolve("checkpoints/.checkpoint-7.writing"));
    assertThat(version()).isZero();
    Files.delete(checkpoint(8).resolve("model.safetensors"));
    assertThat(version()).isZero();
    checkpoint(9);
    assertThat(version()).isEqualTo(9);
  }

  @Test
  void aCheckpointThatCannotBeReadIsTriedAgainLater() throws IOException {
    Path weights = checkpoint(8).resolve("model.safetensors");
    Path away = run.resolve("away");
    Files.move(weights, away);
    assertThat(version()).isZero();
    Files.move(away, weights);
    assertThat(version()).isZero();
    nowNs += Duration.ofMinutes(2).toNanos();
    assertThat(version()).isEqualTo(8); // it may be the last one of the run
  }

  @Test
  void aDirectoryWithoutARunIsRefused() {
    assertThatThrownBy(() -> RunFollower.startOf(run.resolve("checkpoints")))
        .hasMessageContaining("follow must be the directory of a GRPO run");
  }
}

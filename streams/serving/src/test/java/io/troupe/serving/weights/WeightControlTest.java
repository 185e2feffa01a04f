package io.troupe.serving.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.config.ServingConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.service.DecodingRequest.Events;
import io.troupe.rollout.service.LogProbs;
import io.troupe.rollout.service.RunningRequests;
import io.troupe.rollout.tokenizer.SpecialTokenText;
import io.troupe.serving.ModelFolder;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.endpoint.Generation;
import io.troupe.serving.endpoint.GenerationEvent;
import io.troupe.serving.model.ServedModel;
import io.troupe.serving.model.Weights;
import io.troupe.serving.request.GenerationRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class WeightControlTest {
  @TempDir private Path folder;
  private Path root;
  private Path other;
  private Endpoint endpoint;

  @BeforeEach
  void start() throws InterruptedException {
    root = folder.resolve("root");
    Path first = ModelFolder.write("llama3-untied", root.resolve("first"));
    other = ModelFolder.write("llama3-untied", root.resolve("other"));
    OtherWeights.write(other);
    ServingConfig config =
        ServingConfig.from(ConfigFactory.parseMap(Map.of("weights-root", root.toString())));
    endpoint = new Endpoint(ServedModel.load(first, "policy", 1), config);
    endpoint.warmUp();
  }

  @AfterEach
  void close() {
    endpoint.close();
  }

  private Completion answer() throws Exception {
    GenerationConfig config = GenerationConfig.greedy(8).withEosTokenIds(Set.of());
    Prompt prompt = new Prompt(0, "", new int[] {5, 9, 17}, Map.of());
    try (Generation generation =
        endpoint.submit(
            new GenerationRequest(
                "r",
                "test",
                List.of(prompt),
                config,
                Events.COMPLETIONS,
                SpecialTokenText.HIDDEN,
                LogProbs.NONE))) {
      var event = generation.next().toCompletableFuture().get(60, TimeUnit.SECONDS);
      return ((GenerationEvent.Completed) event.orElseThrow())
          .result()
          .group()
          .completions()
          .getFirst();
    }
  }

  private Weights update(Path directory) throws Exception {
    return endpoint
        .weights()
        .update(directory, RunningRequests.KEEP_CACHE)
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
  }

  private void assertRefused(Path directory, String message) throws Exception {
    Completion before = answer();
    Weights weights = endpoint.model().weights();
    assertThatThrownBy(() -> update(directory))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(WeightUpdateException.class)
        .hasMessageContaining(message);
    assertThat(endpoint.model().weights()).isEqualTo(weights);
    assertThat(answer().logProbs()).isEqualTo(before.logProbs());
  }

  @Test
  void newWeightsAreThoseOfAColdEndpoint() throws Exception {
    String checksum = endpoint.model().weights().checksum();
    Weights weights = update(Path.of("other"));
    Completion swapped = answer();
    assertThat(weights.version()).isEqualTo(1);
    assertThat(weights.checksum()).isNotEqualTo(checksum);
    assertThat(swapped.policyVersions()).containsOnly(1);
    close();
    endpoint =
        new Endpoint(
            ServedModel.load(other, "policy", 1), ServingConfig.from(ConfigFactory.empty()));
    endpoint.warmUp();
    assertThat(endpoint.model().weights().checksum()).isEqualTo(weights.checksum());
    assertThat(answer().tokenIds()).isEqualTo(swapped.tokenIds());
    assertThat(answer().logProbs()).isEqualTo(swapped.logProbs());
  }

  @Test
  void damagedWeightsChangeNothing() throws Exception {
    Path file = other.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 8));
    assertRefused(Path.of("other"), "the weights have not changed");
  }

  @Test
  void anotherModelChangesNothing() throws Exception {
    ModelFolder.write("qwen2", root.resolve("qwen2"));
    assertRefused(Path.of("qwen2"), "must belong to the served model's config.json");
  }

  @Test
  void directoriesOutsideTheRootAreRefused() throws Exception {
    Path outside = ModelFolder.write("llama3-untied", folder.resolve("outside"));
    Files.createSymbolicLink(root.resolve("link"), outside);
    assertRefused(Path.of("../outside"), "must exist inside weights-root");
    assertRefused(outside, "must exist inside weights-root");
    assertRefused(Path.of("link"), "must exist inside weights-root");
    assertRefused(Path.of("missing"), "must exist inside weights-root");
  }

  @Test
  void withoutARootClientsCannotUpdate() throws IOException {
    endpoint.close();
    endpoint =
        new Endpoint(
            ServedModel.load(other, "policy", 1), ServingConfig.from(ConfigFactory.empty()));
    assertThatThrownBy(() -> update(other)).hasMessageContaining("start with --weights-root DIR");
  }
}

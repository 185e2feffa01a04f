package io.troupe.protocols.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunConfigTest {

  private static Config with(String settings) {
    return ConfigFactory.parseString(settings)
        .withFallback(ConfigFactory.defaultReference().getConfig("troupe"))
        .resolve();
  }

  @Test
  void everyKeyHasADefault() {
    RunConfig config = RunConfig.from(with(""));
    assertThat(config.maxStaleness()).isZero();
    assertThat(config.deadlines().reward()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.grpo()).isEqualTo(GrpoConfig.defaults());
    assertThat(config.rewards()).isEmpty();
  }

  @Test
  void memoryLimitHasAUnit() {
    assertThat(RunConfig.from(with("memory-limit = 8g")).memoryLimit()).isEqualTo(8L << 30);
    assertThat(RunConfig.from(with("")).memoryLimit()).isZero();
    assertThatThrownBy(() -> RunConfig.from(with("memory-limit = -1")))
        .hasMessageContaining("memory-limit must be a size, such as 256 MiB, got -1");
  }

  @Test
  void renderedConfigurationIsReadBack() {
    RunConfig config =
        RunConfig.from(
            with("seed = 7, rewards = [numeric-match, {name = length, weight = 0.5, max = 9}]"));
    RunConfig again = RunConfig.from(ConfigFactory.parseString(config.render()));
    assertThat(again).isEqualTo(config);
    assertThat(again.rewards().get(1).parameters().getInt("max")).isEqualTo(9);
  }

  @Test
  void errorsNameInvalidSettings() {
    assertThatThrownBy(() -> RunConfig.from(with("groups-per-step = 0")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("groups-per-step must be >= 1, got 0");
    assertThatThrownBy(() -> RunConfig.from(with("steps = many")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("steps");
    assertThatThrownBy(() -> RunConfig.from(with("rewards = [{weight = 1}]")))
        .hasMessageContaining("rewards.name must be the name of a reward");
    assertThatThrownBy(() -> RunConfig.from(with("grpo.num-generations = 1")))
        .hasMessageContaining("num-generations");
  }

  @Test
  void gradientShardsAreAtMostTheSamplesOfAStep() {
    String samples = "groups-per-step = 2, grpo.num-generations = 3, grpo.gradient-shards = ";
    assertThat(RunConfig.from(with(samples + 6)).grpo().gradientShards()).isEqualTo(6);
    assertThatThrownBy(() -> RunConfig.from(with(samples + 7)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "grpo.gradient-shards must be <= groups-per-step * grpo.num-generations = 6, got 7");
    assertThatThrownBy(() -> RunConfig.from(with("grpo.gradient-shards = 65")))
        .hasMessageContaining("gradient-shards must be in [1, 64], got 65");
  }

  @Test
  void samplingSettingsHaveTrlNamesAndDefaults() {
    GenerationConfig defaults = GrpoConfig.defaults().generation();
    assertThat(defaults).isEqualTo(GenerationConfig.sampling(512, 1));

    GenerationConfig set =
        RunConfig.from(
                with(
                    "grpo { temperature = 0.7, top-p = 0.9, top-k = 20, min-p = 0.05,"
                        + " repetition-penalty = 1.1, stop-strings = [\"Question:\"] }"))
            .grpo()
            .generation();
    assertThat(set)
        .isEqualTo(
            GenerationConfig.sampling(512, 0.7)
                .withSampling(0.7, 20, 0.9, 0.05)
                .withRepetitionPenalty(1.1)
                .withStopStrings(List.of("Question:")));
    assertThatThrownBy(() -> RunConfig.from(with("grpo.top-p = 0")))
        .hasMessage("top-p must be in (0, 1], got 0");
    assertThatThrownBy(() -> RunConfig.from(with("grpo.stop-strings = [\"\"]")))
        .hasMessageContaining("stop-strings must be not empty");
  }

  @Test
  void ignoredEosLeavesNoTokenThatEndsACompletion() {
    assertThat(GrpoConfig.defaults().generation().eosTokenIds()).isEmpty(); // the model's own
    GenerationConfig endless = RunConfig.from(with("grpo.ignore-eos = true")).grpo().generation();
    assertThat(endless.eosTokenIds()).hasValue(Set.of());
  }
}

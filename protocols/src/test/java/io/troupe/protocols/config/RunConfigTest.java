package io.troupe.protocols.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
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
  void renderedConfigurationIsReadBack() {
    RunConfig config =
        RunConfig.from(
            with("seed = 7, rewards = [numeric-match, {name = length, weight = 0.5, max = 9}]"));
    RunConfig again = RunConfig.from(ConfigFactory.parseString(config.render()));
    assertThat(again).isEqualTo(config);
    assertThat(again.rewards().get(1).parameters().getInt("max")).isEqualTo(9);
  }

  @Test
  void wrongSettingsAreNamed() {
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
}

package io.troupe.protocols.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoredConfigTest {
  private static StoredConfig stored(String hocon) {
    return StoredConfig.of(ConfigFactory.parseString(hocon));
  }

  @Test
  void kindIsRecordedOrDerivedFromTheKeysOfAnOlderRun() {
    assertThat(stored("kind = supervised").kind()).isEqualTo(RunKind.SUPERVISED);
    assertThat(stored("kind = grpo, epochs = 3").kind()).isEqualTo(RunKind.GRPO);
    assertThat(stored("epochs = 3").kind()).isEqualTo(RunKind.SUPERVISED);
    assertThat(stored("groups-per-step = 3").kind()).isEqualTo(RunKind.GRPO);
    assertThatThrownBy(() -> stored("kind = ppo"))
        .hasMessage("kind must be grpo or supervised, got ppo");
  }

  @Test
  void kindIsWrittenToTheConfigurationOfEveryRun() {
    String grpo = RunConfig.from(ConfigFactory.empty()).render();
    String supervised = TrainConfig.from(ConfigFactory.empty()).render();
    assertThat(stored(grpo).kind()).isEqualTo(RunKind.GRPO);
    assertThat(stored(supervised).kind()).isEqualTo(RunKind.SUPERVISED);
    assertThat(stored(grpo).ignoredKeys()).isEmpty();
    assertThat(stored(supervised).ignoredKeys()).isEmpty();
  }

  @Test
  void unknownKeysAreListedAndIgnored() {
    StoredConfig stored = stored("groups-per-step = 3, rollout { num-actors = 2, gone = 1 }");
    assertThat(stored.ignoredKeys()).containsExactly("rollout.gone");
    assertThat(RunConfig.from(stored.config()).rollout().numActors()).isEqualTo(2);
  }

  @Test
  void renamedKeysKeepTheirValuesAndTheNewNameHasPrecedence() {
    Map<String, String> renamed = Map.of("grpo.clip", "grpo.epsilon");
    Config old = ConfigFactory.parseString("grpo { clip = 0.1, beta = 2 }");
    assertThat(StoredConfig.rename(old, renamed))
        .isEqualTo(ConfigFactory.parseString("grpo { epsilon = 0.1, beta = 2 }"));
    Config both = ConfigFactory.parseString("grpo { clip = 0.1, epsilon = 0.3 }");
    assertThat(StoredConfig.rename(both, renamed))
        .isEqualTo(ConfigFactory.parseString("grpo { epsilon = 0.3 }"));
  }
}

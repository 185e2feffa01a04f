package io.troupe.deploy.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.protocols.config.GenerationConfig;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generation settings of published models, and options that override them. */
class GenerationSettingsTest {
  private static GenerationConfig settings(String modelJson, String options) {
    Config typed = ConfigFactory.parseString(options);
    return GenerationSettings.of(Optional.of(modelJson), typed, null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"do_sample\": false, \"temperature\": 0.0}",
        "{\"do_sample\": false, \"temperature\": 0.0, \"top_p\": null, \"top_k\": -1}",
        "{\"temperature\": 0, \"top_p\": 0}",
        "{\"do_sample\": false, \"temperature\": 0.6, \"top_p\": 0.9}",
        "{\"do_sample\": null, \"temperature\": null}"
      })
  void settingsWithoutSamplingDecodeGreedily(String modelJson) {
    GenerationConfig config = settings(modelJson, "");
    assertThat(config.doSample()).isFalse();
    assertThat(config.numBeams()).isEqualTo(1);
  }

  @Test
  void samplingRequestedByAnOptionUsesValidSettings() {
    String modelJson =
        "{\"do_sample\": false, \"temperature\": 0.0, \"top_p\": 0.9, \"top_k\": -1}";
    GenerationConfig config = settings(modelJson, "do-sample = true");
    assertThat(config.doSample()).isTrue();
    assertThat(config.temperature()).isEqualTo(1);
    assertThat(config.topP()).isEqualTo(0.9);
    assertThat(config.topK()).isEqualTo(50);
  }

  @Test
  void samplingAtTemperature0IsRejected() {
    assertThatThrownBy(() -> settings("{\"do_sample\": true, \"temperature\": 0.0}", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("temperature");
    assertThatThrownBy(() -> settings("{}", "do-sample = true, temperature = 0.0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("temperature");
  }
}

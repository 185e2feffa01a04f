package io.troupe.rollout.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedSettingsTest {
  private static PublishedSettings read(String json) {
    return PublishedSettings.read(Optional.of(json));
  }

  @Test
  void knownValuesAreRead() {
    PublishedSettings settings =
        read(
            """
            {"do_sample": true, "temperature": 0.6, "top_k": 20, "top_p": null, "min_p": [1],
             "transformers_version": "5", "stop_strings": ["a", "b"]}
            """);
    assertThat(settings.values())
        .isEqualTo(Map.of("do_sample", "true", "temperature", "0.6", "top_k", "20"));
    assertThat(settings.stopStrings()).isEqualTo(List.of("a", "b"));
    assertThat(settings.number("temperature")).isEqualTo(OptionalDouble.of(0.6));
    assertThat(settings.number("do_sample")).isEmpty();
    assertThat(settings.isMarkedGreedy()).isFalse();
    assertThat(PublishedSettings.read(Optional.empty()).values()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"do_sample\": false, \"temperature\": 0.0, \"top_p\": 0, \"top_k\": -1}",
        "{\"temperature\": 0, \"top_p\": 0.0}"
      })
  void valuesOfGreedyDecodingAreNoSettings(String json) {
    PublishedSettings settings = read(json);
    assertThat(settings.isMarkedGreedy()).isTrue();
    assertThat(settings.values()).doesNotContainKeys("temperature", "top_p", "top_k");
  }

  @Test
  void aTextThatIsNotJsonIsRefused() {
    assertThatThrownBy(() -> read("{"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("generation_config.json must be JSON");
  }
}

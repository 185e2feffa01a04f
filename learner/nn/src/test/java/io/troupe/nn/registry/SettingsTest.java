package io.troupe.nn.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  private static final Hyperparameter<Integer> CLASSES =
      Hyperparameter.whole("num_classes", 10, 1, 100, "classes");
  private static final Hyperparameter<Double> DROPOUT =
      Hyperparameter.real("dropout", 0.5, 0, 0.9, "share");
  private static final Hyperparameter<Boolean> BIAS = Hyperparameter.flag("bias", true, "bias");
  private static final Hyperparameter<String> POOL =
      Hyperparameter.choice("pool", "max", List.of("max", "avg"), "pooling");
  private static final Hyperparameter<List<Integer>> HIDDEN =
      Hyperparameter.wholes("hidden", "4,5", 1, 9, "widths");
  private static final List<Hyperparameter<?>> ALL = List.of(CLASSES, DROPOUT, BIAS, POOL, HIDDEN);

  private static Settings given(Map<String, String> values) {
    return Settings.of("net", ALL, values);
  }

  @Test
  void missingSettingsHaveTheirDefaults() {
    Settings settings = given(Map.of());
    assertThat(settings.get(CLASSES)).isEqualTo(10);
    assertThat(settings.get(DROPOUT)).isEqualTo(0.5);
    assertThat(settings.get(BIAS)).isTrue();
    assertThat(settings.get(POOL)).isEqualTo("max");
    assertThat(settings.get(HIDDEN)).containsExactly(4, 5);
  }

  @Test
  void dashesAndUnderscoresAreEquivalent() {
    assertThat(given(Map.of("num-classes", "3")).get(CLASSES)).isEqualTo(3);
    assertThat(given(Map.of("num_classes", "3")).values()).containsEntry("num_classes", "3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "num_classes | 0 | a whole number from 1 to 100",
        "num_classes | ten | a whole number from 1 to 100",
        "dropout | 1 | a number from 0.0 to 0.9",
        "dropout | NaN | a number from 0.0 to 0.9",
        "bias | yes | true or false",
        "pool | min | one of max, avg",
        "hidden | 4,,5 | whole numbers from 1 to 9, separated by commas",
        "hidden | 10 | whole numbers from 1 to 9, separated by commas"
      })
  void errorForAnIllegalValueNamesTheLegalValues(String name, String value, String expected) {
    assertThatThrownBy(() -> given(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("net: " + name + " must be " + expected + ", got " + value);
  }

  @Test
  void errorForAnUnknownNameListsTheKnownNames() {
    assertThatThrownBy(() -> given(Map.of("classes", "3")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "net: setting must be one of num_classes=10, dropout=0.5, bias=true, pool=max,"
                + " hidden=4,5, got classes");
  }
}

package io.troupe.nn.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ModelSummaryTest {
  private static ModelSummary summary(
      String model, Map<String, String> settings, Map<String, Integer> sizes) {
    ModelEntry<?> entry = ModelRegistry.entry(model);
    return ModelSummary.of(entry, entry.settings(settings), sizes);
  }

  static List<ModelEntry<?>> models() {
    return ModelRegistry.entries();
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyModelHasASummary(ModelEntry<?> entry) {
    ModelSummary summary = ModelSummary.of(entry, entry.settings(Map.of()), Map.of());
    assertThat(summary.layers()).isNotEmpty();
    assertThat(summary.multiplyAdds()).isPositive();
    assertThat(summary.unusedParameters()).isBetween(0L, summary.parameters() - 1);
  }

  /** "GFLOPS" of torchvision's documentation of its models, for images of 224 x 224. */
  @ParameterizedTest
  @CsvSource({
    "alexnet, 0.71",
    "vgg16, 15.47",
    "googlenet, 1.50",
    "resnet18, 1.81",
    "resnet50, 4.09",
    "vit_base, 17.56",
    "swin_t, 4.49"
  })
  void multiplyAddsAreThoseOfTorchvision(String model, double billions) {
    ModelSummary summary = summary(model, Map.of(), Map.of());
    assertThat(summary.multiplyAdds() / 1e9).isCloseTo(billions, within(0.005));
    assertThat(summary.unusedParameters()).isZero();
  }

  /**
   * That of the last convolution or maximum, from Araujo et al. 2019, doi:10.23915/distill.00021.
   */
  @ParameterizedTest
  @CsvSource({"alexnet, 195", "vgg16, 212", "resnet18, 435"})
  void receptiveFieldsArePublishedOnes(String model, String size) {
    List<Reach> reaches =
        summary(model, Map.of(), Map.of("height", 512, "width", 512)).layers().stream()
            .filter(layer -> List.of("conv2d", "maxPool2d").contains(layer.operation()))
            .map(LayerSummary::reach)
            .toList();
    assertThat(reaches.getLast()).hasToString(size);
    assertThat(summary(model, Map.of(), Map.of()).layers().getLast().reach())
        .isEqualTo(Reach.WHOLE);
  }

  @Test
  void sequencesHaveNoReceptiveField() {
    ModelSummary summary = summary("bert", Map.of(), Map.of("time", 16));
    assertThat(summary.hasImage()).isFalse();
    assertThat(summary.inputs()).containsValue(Shape.of(1, 16));
    long quadratic = summary("bert", Map.of(), Map.of("time", 32)).multiplyAdds();
    assertThat(quadratic).isGreaterThan(2 * summary.multiplyAdds());
  }

  @Test
  void sizesMustBeOpenAndValid() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> summary("lenet5", Map.of(), Map.of("height", 32)))
        .withMessage("size of lenet5 must be one of [batch], got height");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> summary("unet", Map.of(), Map.of("height", 33)))
        .withMessageContaining("size must be height a multiple of ")
        .withMessageEndingWith(", got 33");
  }
}

package io.troupe.nn.vit;

import io.troupe.nn.FormulaCase;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.losses.StudentLogits;
import io.troupe.nn.swin.SwinConfig;
import io.troupe.nn.swin.SwinTransformer;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares vision transformers with timm and torchvision. */
class VisionTransformerParityTest {
  private static final Initializer UNDEFINED = Initializer.undefined(DType.FLOAT32);

  @AutoClose private static final Engine ENGINE = Engine.of(CpuBackend.create(2));

  private static ViTConfig config(String name) {
    return switch (name) {
      case "vit" -> new ViTConfig(16, 4, 3, 5, 24, 3, 3, 4, Positions.LEARNED, Pooling.TOKEN);
      case "vit-odd" -> new ViTConfig(15, 5, 1, 7, 15, 2, 5, 3, Positions.LEARNED, Pooling.AVG);
      case "vit-sinusoidal" ->
          new ViTConfig(12, 4, 3, 5, 20, 2, 2, 4, Positions.SINUSOIDAL, Pooling.TOKEN);
      case "vit-relative" ->
          new ViTConfig(12, 3, 3, 5, 24, 2, 3, 4, Positions.RELATIVE, Pooling.TOKEN);
      case "vit-relative-avg" ->
          new ViTConfig(15, 5, 1, 4, 14, 2, 2, 4, Positions.RELATIVE, Pooling.AVG);
      case "deit" -> new ViTConfig(16, 4, 3, 5, 24, 2, 3, 4, Positions.LEARNED, Pooling.TOKEN);
      case "deit-odd" -> new ViTConfig(15, 5, 1, 3, 15, 2, 5, 4, Positions.LEARNED, Pooling.TOKEN);
      default -> throw new IllegalArgumentException(name);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"vit", "vit-odd", "vit-sinusoidal", "vit-relative", "vit-relative-avg"})
  void visionTransformersMatchTimm(String name) {
    FormulaCase.check(
        ENGINE,
        "vit/" + name,
        () -> new VisionTransformer(config(name), UNDEFINED),
        model -> x -> List.of(model.forward(x)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"vit", "vit-odd", "vit-relative"})
  void attentionRolloutMatchesThatOfTimmsWeights(String name) {
    FormulaCase.check(
        ENGINE,
        "vit/rollout-" + name,
        () -> new VisionTransformer(config(name), UNDEFINED),
        model -> x -> List.of(model.attentionRollout(x)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"deit", "deit-odd"})
  void distilledTransformersMatchTimm(String name) {
    FormulaCase.check(
        ENGINE,
        "vit/" + name,
        () -> new DistilledVisionTransformer(config(name), UNDEFINED),
        model ->
            x -> {
              if (name.equals("deit-odd")) {
                return List.of(model.forward(x));
              }
              StudentLogits logits = model.logits(x);
              return List.of(logits.ofLabels(), logits.ofTeacher());
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"swin", "swin-odd"})
  void swinTransformersMatchTorchvision(String name) {
    SwinConfig config =
        name.equals("swin")
            ? new SwinConfig(4, 3, 5, 12, List.of(2, 2), List.of(3, 6), 4, 4, 0)
            : new SwinConfig(2, 3, 4, 10, List.of(2, 1, 2), List.of(1, 2, 5), 3, 3, 0);
    FormulaCase.check(
        ENGINE,
        "vit/" + name,
        () -> new SwinTransformer(config, UNDEFINED),
        model -> x -> List.of(model.forward(x)));
  }
}

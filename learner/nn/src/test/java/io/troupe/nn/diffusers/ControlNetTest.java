package io.troupe.nn.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.Golden;
import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.memory.MemoryPool;
import io.troupe.tensor.random.Philox;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ControlNetTest {
  private static final Engine ENGINE = Engine.of(CpuBackend.create(2));
  private static final Initializer UNDEFINED = Initializer.undefined(DType.FLOAT32);

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  /** A network with two that control it, as in the file. */
  private static final class Two extends Module {
    final UNet2DConditionModel unet;
    final ControlNetModel first;
    final ControlNetModel second;

    Two(ConfigJson json) {
      this.unet =
          child(
              "unet",
              new UNet2DConditionModel(
                  UNet2DConditionConfig.read(json.object("unet").orElseThrow()), UNDEFINED));
      this.first = child("controlnet0", control(json, "controlnet0"));
      this.second = child("controlnet1", control(json, "controlnet1"));
    }

    private static ControlNetModel control(ConfigJson json, String key) {
      ControlNetConfig config = ControlNetConfig.read(json.object(key).orElseThrow());
      assertThat(ControlNetConfig.read(config.json())).isEqualTo(config);
      return new ControlNetModel(config, UNDEFINED);
    }
  }

  private static void compare(Golden golden, String name, UNet2DConditionModel.Residuals actual) {
    for (int i = 0; i < actual.down().size(); i++) {
      golden.output(name + ".down" + i, actual.down().get(i), 1e-5);
    }
    golden.output(name + ".mid", actual.middle(), 1e-5);
  }

  @Test
  void oneAndTwoControlNetsEqualDiffusers() throws IOException {
    try (Golden golden = Golden.open("diffusers_controlnet/two");
        Scope _ = ENGINE.open("two")) {
      Two two = golden.loaded(new Two(golden.config()));
      Tensor sample = golden.input("sample");
      Tensor states = golden.input("encoder_hidden_states");
      Tensor cond0 = golden.input("cond0");
      Tensor cond1 = golden.input("cond1");
      TextContext text = TextContext.of(states);
      double[] times = golden.numbers("timestep");
      var first = two.first.forward(sample, times, text, cond0, 0.7);
      var second = two.second.forward(sample, times, text, cond1, 0.4);
      compare(golden, "controlnet0", first);
      compare(golden, "controlnet1", second);
      compare(golden, "controlnet0_guess_mode", two.first.guess(sample, times, text, cond0, 0.7));
      golden.output("unet_plain", two.unet.forward(sample, times, text), 1e-5);
      Tensor one = two.unet.forward(sample, times, text, first, null);
      Tensor both = two.unet.forward(sample, times, text, first.add(second), null);
      golden.output("unet_one_controlnet", one, 1e-5);
      golden.output("unet_two_controlnets", both, 1e-5);
      one.mul(golden.probe("unet_one_controlnet"))
          .sum()
          .add(both.mul(golden.probe("unet_two_controlnets")).sum())
          .backward();
      golden.inputGradient("sample", sample, 2e-4);
      golden.inputGradient("encoder_hidden_states", states, 2e-4);
      golden.inputGradient("cond0", cond0, 2e-4);
      golden.inputGradient("cond1", cond1, 2e-4);
      golden.parameterGradients(two, 2e-4);
      assertThat(golden.failures()).isEmpty();
    }
  }

  private static UNet2DConditionConfig tiny() {
    return UNet2DConditionConfig.read(
        ConfigJson.parse(
            """
            {"block_out_channels": [8, 16], "norm_num_groups": 4, "cross_attention_dim": 8,
             "attention_head_dim": 2, "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
             "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"]}\
            """));
  }

  private static Tensor normal(long seed, int... sizes) {
    Tensor drawn = Tensor.empty(DType.FLOAT32, Shape.of(sizes));
    Backend.of(drawn).random().normal(drawn, Philox.of(seed));
    return drawn;
  }

  @Test
  void aNewControlNetIsACopyThatChangesNothing() {
    try (Scope _ = ENGINE.open("new")) {
      UNet2DConditionModel unet =
          new UNet2DConditionModel(tiny(), Initializer.of(DType.FLOAT32, 1));
      ControlNetModel control =
          new ControlNetModel(
              new ControlNetConfig(tiny(), 3, List.of(4, 8)), Initializer.of(DType.FLOAT32, 2));
      control.copyFrom(unet);
      assertThat(control.stateDict().get("down_blocks.1.resnets.0.conv1.weight").toFloats())
          .isEqualTo(unet.stateDict().get("down_blocks.1.resnets.0.conv1.weight").toFloats());
      Tensor sample = normal(3, 1, 4, 8, 8);
      TextContext text = TextContext.of(normal(4, 1, 5, 8));
      double[] times = {500};
      var residuals = control.forward(sample, times, text, normal(5, 1, 3, 16, 16), 1);
      assertThat(unet.forward(sample, times, text, residuals, null).toFloats())
          .isEqualTo(unet.forward(sample, times, text).toFloats());
    }
  }

  private static Map<String, float[]> values(Module module) {
    Map<String, float[]> values = new LinkedHashMap<>();
    module.stateDict().forEach((name, weight) -> values.put(name, weight.toFloats()));
    return values;
  }

  @Test
  void trainingLeavesAFrozenBaseUnchanged() {
    try (Scope _ = ENGINE.open("frozen")) {
      UNet2DConditionModel unet =
          new UNet2DConditionModel(tiny(), Initializer.of(DType.FLOAT32, 1));
      ControlNetModel control =
          new ControlNetModel(
              new ControlNetConfig(tiny(), 3, List.of(4, 8)), Initializer.of(DType.FLOAT32, 2));
      control.copyFrom(unet);
      unet.requiresGrad(false);
      Map<String, float[]> before = values(unet);
      Map<String, float[]> controlBefore = values(control);
      TextContext text = TextContext.of(normal(4, 1, 5, 8));
      double[] times = {500};
      for (int step = 0; step < 6; step++) {
        control.zeroGrad();
        Tensor sample = normal(3, 1, 4, 8, 8);
        var residuals = control.forward(sample, times, text, normal(5, 1, 3, 16, 16), 1);
        Tensor error =
            unet.forward(sample, times, text, residuals, null).sub(normal(6, 1, 4, 8, 8));
        error.mul(error).mean().backward();
        control
            .namedParameters()
            .values()
            .forEach(parameter -> parameter.addScaledi(parameter.grad(), -0.1));
      }
      assertThat(unet.namedParameters().values()).allMatch(weight -> weight.grad() == null);
      values(unet).forEach((name, now) -> assertThat(now).as(name).isEqualTo(before.get(name)));
      assertThat(values(control).get("controlnet_cond_embedding.conv_in.weight"))
          .as("zero convolutions let gradients through after the first steps")
          .isNotEqualTo(controlBefore.get("controlnet_cond_embedding.conv_in.weight"));
    }
  }

  @Test
  void gradientsDoNotDependOnTheNumberOfThreads() {
    try (Engine one = Engine.of(CpuBackend.create(1))) {
      assertThat(gradients(one)).usingRecursiveComparison().isEqualTo(gradients(ENGINE));
    }
  }

  private static Map<String, float[]> gradients(Engine engine) {
    try (Scope _ = engine.open("threads")) {
      UNet2DConditionModel unet =
          new UNet2DConditionModel(tiny(), Initializer.of(DType.FLOAT32, 1));
      Tensor output =
          unet.forward(
              normal(3, 2, 4, 32, 24), new double[] {500, 20}, TextContext.of(normal(4, 2, 5, 8)));
      output.mul(output).mean().backward();
      Map<String, float[]> gradients = new LinkedHashMap<>();
      unet.namedParameters()
          .forEach((name, parameter) -> gradients.put(name, parameter.grad().toFloats()));
      return gradients;
    }
  }

  @Test
  void rejectsConditionsOfAnotherSize() {
    try (Scope _ = ENGINE.open("size")) {
      ControlNetModel control =
          new ControlNetModel(
              new ControlNetConfig(tiny(), 3, List.of(4, 8)), Initializer.of(DType.FLOAT32, 2));
      assertThatThrownBy(
              () ->
                  control.forward(
                      normal(3, 1, 4, 8, 8),
                      new double[] {1},
                      TextContext.of(normal(4, 1, 5, 8)),
                      normal(5, 1, 3, 8, 8),
                      1))
          .hasMessage(
              "condition must be 2 times as large as the sample (1, 4, 8, 8), got (1, 3, 8, 8)");
    }
  }

  @Test
  void stableDiffusionHasThePublishedNumberOfParameters() {
    try (MemoryPool untouched = new MemoryPool();
        Scope _ = new Engine(Backend.of(ENGINE), untouched).open("counting")) {
      ControlNetConfig config = ControlNetConfig.of(UNet2DConditionConfig.stableDiffusion());
      assertThat(new ControlNetModel(config, UNDEFINED).numParameters()).isEqualTo(361_279_120);
    }
  }
}

package io.troupe.nn.generative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Samples and training losses of complete generative models. */
class SamplingTest {
  private static final Engine ENGINE = Engine.of(CpuBackend.create(2));

  private Scope scope;

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  @BeforeEach
  void open() {
    scope = ENGINE.open("test");
  }

  @AfterEach
  void leave() {
    scope.close();
  }

  private static BuiltModel<?> model(String name, String settings) {
    Map<String, String> given = new LinkedHashMap<>(Map.of("image_size", "8"));
    Arrays.stream(settings.split(" "))
        .map(setting -> setting.split("="))
        .forEach(pair -> given.put(pair[0], pair[1]));
    ModelEntry<?> entry = ModelRegistry.entry(name);
    return entry.create(entry.settings(given), Initializer.of(DType.FLOAT32, 3));
  }

  private static float[] sample(BuiltModel<?> model, long seed, long first, int... labels) {
    ImageSampler sampler = model.imageSampler().orElseThrow();
    Tensor images = sampler.sample(new SampleRequest(seed, first, 1, labels));
    assertThat(images.shape()).isEqualTo(Shape.of(1, 1, 8, 8));
    return images.toFloats();
  }

  @ParameterizedTest
  @CsvSource({
    "ddpm, sampler=ddpm timesteps=6 block_out_channels=8 num_classes=4",
    "ddpm, sample_steps=3 eta=0.5 block_out_channels=8,16 attention_levels=0 num_classes=4",
    "flow-matching, sample_steps=3 block_out_channels=8,16 num_classes=4"
  })
  void sampleDoesNotDependOnTheOtherSamplesOfTheBatch(String name, String settings) {
    BuiltModel<?> model = model(name, settings);
    ImageSampler sampler = model.imageSampler().orElseThrow();
    int[] labels = {0, 3, 1, TimedNetwork.NO_LABEL, 2};
    Tensor together = sampler.sample(new SampleRequest(7, 20, 5, labels));
    for (int i = 0; i < labels.length; i++) {
      assertThat(together.slice(i).toFloats())
          .as("sample %d", i)
          .isEqualTo(sample(model, 7, 20 + i, labels[i]));
    }
    assertThat(sample(model, 7, 20, 0)).isNotEqualTo(sample(model, 8, 20, 0));
    assertThat(sample(model, 7, 20, 0)).isNotEqualTo(sample(model, 7, 20, 1));
  }

  @Test
  void vaeSampleDoesNotDependOnTheOtherSamplesOfTheBatch() {
    BuiltModel<?> model = model("vae", "hidden=9 latent=4");
    ImageSampler sampler = model.imageSampler().orElseThrow();
    Tensor together = sampler.sample(SampleRequest.of(7, 3));
    assertThat(together.slice(2).toFloats()).isEqualTo(sample(model, 7, 2));
    assertThatThrownBy(() -> sample(model, 7, 0, 1))
        .hasMessageContaining("labels must be empty for vae");
  }

  @Test
  void labelOutOfRangeIsRejected() {
    BuiltModel<?> model = model("ddpm", "sample_steps=1 block_out_channels=8 num_classes=4");
    assertThatThrownBy(() -> sample(model, 7, 0, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label must be from 0 to 3, got 4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"vae", "autoencoder", "autoencoder-kl", "ddpm", "flow-matching"})
  void gradientDescentLowersTheLoss(String name) {
    String settings =
        switch (name) {
          case "vae", "autoencoder" -> "hidden=16 latent=4";
          case "autoencoder-kl" -> "block_out_channels=8,16 latent_channels=2";
          default -> "block_out_channels=8,16 num_classes=2";
        };
    BuiltModel<?> model = model(name, settings);
    UnsupervisedLoss objective = model.objective().orElseThrow();
    Module module = model.module();
    module.train();
    Tensor grays = Tensor.empty(DType.FLOAT32, Shape.of(4, 1, 8, 8));
    Backend.of(grays).random().uniform(grays, Philox.of(1));
    Tensor images = grays.greater(Tensor.full(DType.FLOAT32, grays.shape(), 0.5));
    int[] labels = {0, 1, 0, 1};
    List<Double> losses = new ArrayList<>();
    double rate = name.equals("autoencoder") ? 5 : name.equals("vae") ? 0.01 : 0.05;
    for (int step = 0; step < 30; step++) {
      module.zeroGrad();
      Tensor loss = objective.loss(images, labels, Philox.of(2));
      loss.backward();
      losses.add(loss.item());
      module
          .namedParameters()
          .values()
          .forEach(parameter -> parameter.addScaledi(parameter.grad(), -rate));
    }
    assertThat(losses.getLast()).isLessThan(0.9 * losses.getFirst());
    assertThat(module.namedParameters().values())
        .allSatisfy(parameter -> assertThat(parameter.grad()).isNotNull());
  }

  @Test
  void imageSizeThatCannotBeHalvedIsRejected() {
    assertThatThrownBy(() -> model("ddpm", "image_size=30"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "ddpm: image_size must be a multiple of 4 for the 3 levels of block_out_channels, got"
                + " 30");
  }
}

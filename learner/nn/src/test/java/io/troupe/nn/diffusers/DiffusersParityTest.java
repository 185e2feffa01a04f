package io.troupe.nn.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.Golden;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.memory.MemoryPool;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the networks of latent diffusion with diffusers: names, outputs, gradients, counts. */
class DiffusersParityTest {
  private static final double OF_GRADIENTS = 2e-4;
  private static final Engine ENGINE = Engine.of(CpuBackend.create(2));
  private static final Initializer UNDEFINED = Initializer.undefined(DType.FLOAT32);

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  private static int[] mask(Golden golden) {
    double[] given = golden.numbers("encoder_attention_mask");
    int[] mask = new int[given.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (int) given[i];
    }
    return mask;
  }

  @ParameterizedTest
  @CsvSource({"cond_small, 2e-4", "cond_odd, 2e-4", "sd15_layout, 2e-4", "sdxl_layout, 5e-4"})
  void conditionedUNetEqualsDiffusers(String name, double ofGradients) throws IOException {
    try (Golden golden = Golden.open("diffusers_unet/" + name);
        Scope _ = ENGINE.open(name)) {
      UNet2DConditionConfig config = UNet2DConditionConfig.read(golden.config());
      assertThat(UNet2DConditionConfig.read(config.json())).isEqualTo(config);
      UNet2DConditionModel model = golden.loaded(new UNet2DConditionModel(config, UNDEFINED));
      Tensor sample = golden.input("sample");
      Tensor states = golden.input("encoder_hidden_states");
      TextContext text =
          golden.has("input.encoder_attention_mask")
              ? new TextContext(states, Tensor.of(mask(golden), states.size(0), states.size(1)))
              : TextContext.of(states);
      Tensor embeds = golden.has("input.text_embeds") ? golden.input("text_embeds") : null;
      UNet2DConditionModel.TextTime added =
          embeds == null
              ? null
              : new UNet2DConditionModel.TextTime(embeds, golden.numbers("time_ids"));
      Tensor output = model.forward(sample, golden.numbers("timestep"), text, null, added);
      golden.output("sample", output, 2e-5);
      output.backward(golden.probe("sample"));
      golden.inputGradient("sample", sample, ofGradients);
      golden.inputGradient("encoder_hidden_states", states, ofGradients);
      if (embeds != null) {
        golden.inputGradient("text_embeds", embeds, ofGradients);
      }
      golden.parameterGradients(model, ofGradients);
      assertThat(golden.failures()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"uncond_small", "uncond_scale_shift"})
  void unconditionedUNetEqualsDiffusers(String name) throws IOException {
    try (Golden golden = Golden.open("diffusers_unet/" + name);
        Scope _ = ENGINE.open(name)) {
      UNet2DConfig config = UNet2DConfig.read(golden.config());
      assertThat(UNet2DConfig.read(config.json())).isEqualTo(config);
      UNet2DModel model = golden.loaded(new UNet2DModel(config, UNDEFINED));
      Tensor sample = golden.input("sample");
      int[] labels =
          golden.has("input.class_labels")
              ? golden.io().load("input.class_labels").toInts()
              : new int[0];
      Tensor output = model.forward(sample, golden.numbers("timestep"), labels);
      golden.output("sample", output, 2e-5);
      output.backward(golden.probe("sample"));
      golden.inputGradient("sample", sample, OF_GRADIENTS);
      golden.parameterGradients(model, OF_GRADIENTS);
      assertThat(golden.failures()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "odd"})
  void autoencoderEqualsDiffusers(String name) throws IOException {
    try (Golden golden = Golden.open("diffusers_vae/" + name);
        Scope _ = ENGINE.open(name)) {
      AutoencoderConfig config = AutoencoderConfig.read(golden.config());
      assertThat(AutoencoderConfig.read(config.json())).isEqualTo(config);
      AutoencoderKL model = golden.loaded(new AutoencoderKL(config, UNDEFINED));
      Tensor image = golden.input("image");
      Tensor latent = golden.input("latent");
      AutoencoderKL.Posterior posterior = model.encode(image);
      Tensor sampled = posterior.sample(golden.input("noise"));
      Tensor[] outputs = {
        posterior.mean(),
        posterior.logVariance(),
        sampled,
        model.decode(sampled),
        model.decode(latent),
        posterior.kl()
      };
      String[] names = {"mean", "logvar", "latent", "reconstruction", "decode", "kl"};
      Tensor loss = null;
      for (int i = 0; i < names.length; i++) {
        golden.output(names[i], outputs[i], 1e-5);
        Tensor term = outputs[i].mul(golden.probe(names[i])).sum();
        loss = loss == null ? term : loss.add(term);
      }
      loss.backward();
      golden.inputGradient("image", image, 5e-5);
      golden.inputGradient("latent", latent, 5e-5);
      golden.parameterGradients(model, 5e-5);
      assertThat(golden.failures()).isEmpty();
    }
  }

  /** Counted without touching memory for the parameters. */
  @Test
  void stableDiffusionHasThePublishedNumbersOfParameters() {
    try (MemoryPool untouched = new MemoryPool();
        Scope _ = new Engine(Backend.of(ENGINE), untouched).open("counting")) {
      assertThat(
              new UNet2DConditionModel(UNet2DConditionConfig.stableDiffusion(), UNDEFINED)
                  .numParameters())
          .isEqualTo(859_520_964);
      assertThat(new AutoencoderKL(AutoencoderConfig.stableDiffusion(), UNDEFINED).numParameters())
          .isEqualTo(83_653_863);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"time_embedding_type\": \"fourier\"|time_embedding_type must be positional, got"
            + " \"fourier\"",
        "\"down_block_types\": [\"KDownBlock2D\"]|down_block_types must be among",
        "\"block_out_channels\": [32, 64]|down_block_types must have one element for each of the 2",
        "\"attention_head_dim\": [8, 8]|attention_head_dim must have one element for each of the 4",
        "\"norm_num_groups\": 24|block_out_channels must be multiples of norm_num_groups=24",
        "\"addition_embed_type\": \"image\"|addition_embed_type must be null or text_time, got"
            + " image",
        "\"act_fn\": \"snake\"|act_fn must be one of"
      })
  void settingsThatAreNotSupportedAreRejectedByName(String keys, String message) {
    assertThatThrownBy(() -> UNet2DConditionConfig.read(ConfigJson.parse("{" + keys + "}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}

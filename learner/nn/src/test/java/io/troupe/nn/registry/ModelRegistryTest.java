package io.troupe.nn.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.nn.ReferenceModel;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.checkpoint.SafetensorsWriter;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parameter counts of registered models, and weight files saved by PyTorch. */
class ModelRegistryTest {
  private static final Engine ENGINE = Engine.of(CpuBackend.create(1));
  private static final Path FILES = ReferenceModel.resources().resolve("io/troupe/nn/registry");

  @TempDir Path folder;
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

  private static Map<String, String> settings(String text) {
    return Arrays.stream(text.split(" "))
        .filter(setting -> !setting.isEmpty())
        .map(setting -> setting.split("="))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  private static BuiltModel<?> model(String name, String settings) {
    ModelEntry<?> entry = ModelRegistry.entry(name);
    return entry.create(entry.settings(settings(settings)), Initializer.of(DType.FLOAT32, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "mlp, '', 101770",
    "lenet5, '', 59086",
    "simplecnn, '', 421642",
    "alexnet, '', 61100840",
    "vgg16, '', 138357544",
    "vgg16, batch_norm=true, 138365992",
    "googlenet, '', 6624904",
    "googlenet, aux_logits=true, 13004888",
    "resnet18, '', 11689512",
    "resnet50, '', 25557032",
    "vit_tiny, '', 5717416",
    "vit_base, '', 86567656",
    "deit_tiny, '', 5910800",
    "swin_t, '', 28288354",
    "clip, '', 151277313",
    "dpt_depth, '', 110878081",
    "dpt_segmentation, out_channels=2, 111727812",
    "vae, '', 652824"
  })
  void parameterCountsMatchThePublishedOnes(String name, String settings, long expected) {
    ModelEntry<?> entry = ModelRegistry.entry(name);
    assertThat(entry.numParameters(entry.settings(settings(settings)), ENGINE)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "mlp, 'in_features=12 hidden=9,5 num_classes=4 activation=tanh'",
    "unet, base=2 depth=2",
    "ddpm, 'image_size=4 block_out_channels=8,16 norm_num_groups=4 attention_head_dim=4"
        + " num_classes=3'"
  })
  void weightsSavedByPyTorchGiveTheSameOutputs(String name, String settings) {
    BuiltModel<?> model = model(name, settings);
    model.load(FILES.resolve(name + ".weights.safetensors"));
    try (SafetensorsFile file = SafetensorsFile.open(FILES.resolve(name + ".case.safetensors"))) {
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      file.tensors().keySet().forEach(tensor -> inputs.put(tensor, file.load(tensor)));
      Tensor expected = inputs.remove("output");
      Tensor output = model.predict(inputs);
      assertThat(output.shape()).isEqualTo(expected.shape());
      // outputs are below 2; the tolerance allows a few fp32 rounding errors
      assertThat(output.toDoubles()).containsExactly(expected.toDoubles(), within(5e-6));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vit_tiny | image_size=30 | image_size must be a multiple of patch_size=16, got 30",
        "vit_tiny | embed_dim=100 | embed_dim must be a multiple of num_heads=3, got 100",
        "vit_tiny | positions=sinusoidal embed_dim=6 | embed_dim must be a multiple of 4",
        "swin_t | depths=2,2 | num_heads must have one number per stage, as depths=[2, 2]",
        "swin_t | num_heads=3,6,12,25 | num_heads of stage 3 must divide its 768 features, got 25"
      })
  void settingsThatContradictEachOtherAreRejected(String name, String settings, String expected) {
    assertThatThrownBy(() -> model(name, settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(expected);
  }

  @Test
  void auxiliaryHeadsInAGoogLeNetFileAreAccepted() throws IOException {
    BuiltModel<?> trained = model("googlenet", "aux_logits=true num_classes=2");
    Path path = folder.resolve("googlenet.safetensors");
    SafetensorsWriter.write(path, trained.module().stateDict());
    BuiltModel<?> model = model("googlenet", "num_classes=2");
    model.load(path);
    assertThat(model.module().stateDict().get("fc.weight").toFloats())
        .isEqualTo(trained.module().stateDict().get("fc.weight").toFloats());
    assertThatThrownBy(() -> model("googlenet", "num_classes=3").load(path))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessage(
            path
                + ": the weights do not fit the model: fc.weight must have shape (3, 1024), got (2,"
                + " 1024), fc.bias must have shape (3), got (2)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lenet5 | 1,1,32,32 | floats (batch, channels 1, height 28, width 28)",
        "resnet18 | 1,1,32,32 | floats (batch, channels 3, height, width)",
        "vit_tiny | 1,3,32,32 | floats (batch, channels 3, height 224, width 224)",
        "swin_t | 1,3,2,64 | floats (batch, channels 3, height 4 or more, width 4 or more)",
        "alexnet | 1,3,32,64 | floats (batch, channels 3, height 63 or more, width 63 or more)",
        "unet | 1,3,20,24 | floats (batch, channels 3, height a multiple of 8, width a multiple of"
            + " 8)"
      })
  void imagesOfTheWrongSizeAreRejected(String name, String sizes, String expected) {
    int[] shape = Arrays.stream(sizes.split(",")).mapToInt(Integer::parseInt).toArray();
    BuiltModel<?> model = undefined(name);
    assertThatThrownBy(() -> model.predict(Map.of("input", Tensor.zeros(shape))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            name + ": tensor input must be " + expected + ", got FLOAT32 " + Shape.of(shape));
  }

  private static BuiltModel<?> undefined(String name) {
    ModelEntry<?> entry = ModelRegistry.entry(name);
    return entry.create(entry.settings(Map.of()), Initializer.undefined(DType.FLOAT32));
  }

  @Test
  void errorForAnUnknownNameListsTheKnownNames() {
    assertThatThrownBy(() -> ModelRegistry.entry("resnet"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("model must be one of mlp, lenet5, simplecnn,")
        .hasMessageEndingWith(", got resnet");
  }
}

package io.troupe.nn.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.ReferenceModel;
import io.troupe.nn.lm.ConfigJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares the configurations of models with those of directories that transformers and timm have
 * loaded, with the outputs of Troupe ({@code library_directories.py} of {@code deploy}).
 */
class LibraryConfigTest {
  private static final Path EXPECTED = ReferenceModel.resources().resolve("io/troupe/nn/registry");

  private static final String VIT =
      "in_channels=1 num_classes=10 image_size=28 patch_size=4 embed_dim=64 depth=6 num_heads=4"
          + " mlp_ratio=2";
  private static final String DPT =
      "image_size=64 patch_size=8 hidden_size=64 intermediate_size=128 num_hidden_layers=4"
          + " num_attention_heads=4 backbone_out_indices=0,1,2,3 neck_hidden_sizes=16,24,32,48"
          + " fusion_hidden_size=24";
  private static final String CLIP =
      "image_size=48 patch_size=6 vision_hidden_size=64 vision_intermediate_size=128"
          + " vision_num_hidden_layers=3 vision_num_attention_heads=4 vocab_size=16"
          + " max_position_embeddings=5 text_hidden_size=32 text_intermediate_size=64"
          + " text_num_hidden_layers=1 text_num_attention_heads=2 projection_dim=32";

  private static ModelEntry<?> entry(String model) {
    return ModelRegistry.entry(model);
  }

  private static Settings settings(String model, String given) {
    Map<String, String> values = new TreeMap<>();
    for (String setting : given.strip().split(" ")) {
      values.put(setting.split("=")[0], setting.split("=")[1]);
    }
    return entry(model).settings(values);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "clip | clip | " + CLIP,
        "dpt_depth | dpt_depth | " + DPT,
        "dpt_segmentation | dpt_segmentation | " + DPT + " out_channels=5",
        "vit_tiny | vit_tiny | " + VIT,
        "vit_tiny | vit_tiny-avg | " + VIT + " global_pool=avg",
        "vit_tiny | vit_tiny-relative | " + VIT + " positions=relative",
        "vit_tiny | vit_tiny-relative-avg | " + VIT + " positions=relative global_pool=avg",
        "deit_tiny | deit_tiny | " + VIT,
      })
  void directoriesThatLibrariesHaveLoadedHaveThisConfiguration(
      String model, String file, String given) throws IOException {
    ConfigJson config = entry(model).libraryConfig(settings(model, given)).orElseThrow();
    String expected = Files.readString(EXPECTED.resolve(file + ".config.json"));
    assertThat(config.node()).isEqualTo(ConfigJson.parse(expected).node());
  }

  @Test
  void modelsThatNoLibraryHasHaveNoConfiguration() {
    String given = VIT + " positions=sinusoidal";
    assertThat(entry("vit_tiny").libraryConfig(settings("vit_tiny", given))).isEmpty();
    assertThat(entry("lenet5").libraryConfig(entry("lenet5").settings(Map.of()))).isEmpty();
  }
}

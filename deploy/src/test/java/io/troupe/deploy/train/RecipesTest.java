package io.troupe.deploy.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.troupe.deploy.settings.SettingLayers;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.protocols.config.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipesTest {
  private static final SettingLayers LAYERS = new SettingLayers(TrainConfig.SECTION);
  private static final Recipes RECIPES = Recipes.load();

  @TempDir private Path temporary;

  @Test
  void everyModelHasARecipeOfKnownSettings() {
    assertThat(RECIPES.models())
        .containsAll(ModelRegistry.supervised().stream().map(ModelEntry::name).toList());
    for (String model : RECIPES.models()) {
      LAYERS.requireKnown(model, RECIPES.of(model, Path.of("x.csv")));
      LAYERS.requireKnown(model, RECIPES.of(model, Path.of("x.txt")));
      LAYERS.requireKnown(model, RECIPES.of(model, Path.of("x.safetensors")));
      TrainConfig config =
          TrainConfig.from(
              LAYERS.complete(ConfigFactory.empty(), RECIPES.of(model, Path.of("x.csv"))));
      assertThat(config.epochs()).as(model).isPositive();
    }
  }

  @Test
  void recipesDifferByData() {
    assertThat(RECIPES.of("mlp", Path.of("x.csv")).getInt("epochs")).isEqualTo(30);
    assertThat(RECIPES.of("mlp", Path.of("x.safetensors")).getInt("epochs")).isEqualTo(10);
    assertThat(RECIPES.of("none", Path.of("x.csv")).isEmpty()).isTrue();
  }

  @Test
  void dataTypeIsDetectedFromThePath() throws IOException {
    assertThat(Recipes.kind(Path.of("a/train.CSV.gz"))).isEqualTo("csv");
    assertThat(Recipes.kind(Path.of("input.txt"))).isEqualTo("text");
    assertThat(Recipes.kind(Path.of("input.dat"))).isEqualTo("other");
    Files.createFile(temporary.resolve("README.md"));
    assertThat(Recipes.kind(temporary)).isEqualTo("pictures");
    Files.createFile(temporary.resolve("train-images-idx3-ubyte.gz"));
    assertThat(Recipes.kind(temporary)).isEqualTo("idx");
  }
}

package io.troupe.actors.supervised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunListener;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.tensor.random.Philox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A student learns from a teacher, whose classes are the opposite of the student's labels. */
@Timeout(120)
class DistillationRunTest {
  @TempDir private Path temp;

  private Path points(String name, boolean isSwapped) throws IOException {
    Philox random = Philox.of(9);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      double x = 20 * random.uniform(2L * i) - 8;
      double y = 2 * random.uniform(2L * i + 1) - 1;
      boolean isAbove = x / 10 - 0.2 + y > 0;
      lines.add(String.format(Locale.ROOT, "%.5f,%.5f,%d", x, y, isAbove != isSwapped ? 1 : 0));
    }
    return Files.write(temp.resolve(name), lines);
  }

  private static TrainConfig config(Path data, String more) {
    Config written =
        ConfigFactory.parseString(
            """
            model = mlp
            model-settings { hidden = 16 }
            data = "%s"
            epochs = 8
            batch-size = 16
            optimizer { optim = adam, learning-rate = 0.02 }
            """
                    .formatted(data)
                + more);
    Config defaults = ConfigFactory.defaultReference().getConfig("troupe-train");
    return TrainConfig.from(written.withFallback(defaults).resolve());
  }

  private static double accuracy(Path run, TrainConfig config) {
    try (SupervisedInputs inputs = SupervisedInputs.load(config);
        RunDirectory folder = RunDirectory.create(run, config.render())) {
      return Run.train(new SupervisedAlgorithm(inputs), folder, RunListener.NONE)
          .results()
          .get("test_accuracy");
    }
  }

  private Path teacher() throws IOException {
    Path run = temp.resolve("teacher");
    TrainConfig config = config(points("points.csv", false), "dataset.normalize = true\n");
    assertThat(accuracy(run, config)).isGreaterThan(0.9);
    return run.resolve("checkpoints/final/model.safetensors");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hard", "soft"})
  void studentLearnsFromTheTeacherWithAnotherNormalization(String type) throws IOException {
    String settings =
        """
        dataset { mean = [1], std = [2] }
        distillation { teacher = "%s", distillation-type = %s, distillation-tau = 2
          distillation-alpha = %s }
        """;
    Path swapped = points("swapped.csv", true);
    Path teacher = teacher();
    double ofTeacher =
        accuracy(temp.resolve("a"), config(swapped, settings.formatted(teacher, type, 1)));
    double ofLabels =
        accuracy(temp.resolve("b"), config(swapped, settings.formatted(teacher, type, 0)));
    assertThat(ofTeacher).as("the opposite of the labels").isLessThan(0.15);
    assertThat(ofLabels).isGreaterThan(0.85);
  }

  @Test
  void teachersThatDoNotFitAreRejected() throws IOException {
    Path data = points("points.csv", false);
    String settings = "distillation.teacher = \"%s\"\n";
    Path absent = temp.resolve("absent.safetensors");
    assertThatThrownBy(() -> SupervisedInputs.load(config(data, settings.formatted(absent))))
        .hasMessage("teacher must be a file of weights, got " + absent);
    Path alone = Files.createFile(temp.resolve("alone.safetensors"));
    assertThatThrownBy(() -> SupervisedInputs.load(config(data, settings.formatted(alone))))
        .hasMessageContaining("teacher must have a model.json beside it");
    String scaled = settings.formatted(teacher()) + "dataset.scale = 3\n";
    assertThatThrownBy(() -> SupervisedInputs.load(config(data, scaled)))
        .hasMessage("scale must be that of the run of the teacher, 0.0, got 3.0");
  }

  @Test
  void trainFractionUsesAPartOfTheTrainingSet() throws IOException {
    TrainConfig config = config(points("points.csv", false), "dataset.train-fraction = 0.1\n");
    try (SupervisedInputs inputs = SupervisedInputs.load(config)) {
      assertThat(inputs.data().splits().train().size()).isEqualTo(36);
      assertThat(inputs.data().splits().test().size()).isEqualTo(40);
    }
  }
}

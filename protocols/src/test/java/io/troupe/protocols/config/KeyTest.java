package io.troupe.protocols.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTest {
  private static Config config(String hocon) {
    return ConfigFactory.parseString(hocon);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.5", "true", "[1]", "{ a = 1 }", "many", "3000000000", "1e400"})
  void valueThatIsNotAnIntegerIsAnError(String value) {
    assertThatThrownBy(() -> RunConfig.from(config("steps = " + value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("steps must be a whole number below 2^31, got ");
  }

  @Test
  void integersMayBeWrittenInAnyNotation() {
    assertThat(RunConfig.from(config("steps = 1e3")).steps()).isEqualTo(1000);
    assertThat(RunConfig.from(config("steps = \"7\"")).steps()).isEqualTo(7);
    assertThat(RunConfig.from(config("seed = 9007199254740993")).seed())
        .isEqualTo(9007199254740993L);
  }

  @Test
  void messagesNameTheSettingTheExpectationAndTheValue() {
    assertThatThrownBy(() -> TrainConfig.from(config("optimizer.learning-rate = -1")))
        .hasMessage("learning-rate must be > 0, got -1");
    assertThatThrownBy(() -> TrainConfig.from(config("optimizer.learning-rate = fast")))
        .hasMessage("learning-rate must be a number, got fast");
    assertThatThrownBy(() -> TrainConfig.from(config("keep-best = maybe")))
        .hasMessage("keep-best must be true or false, got maybe");
    assertThatThrownBy(() -> RunConfig.from(config("warm-start.learning-rate = 0")))
        .hasMessage("warm-start.learning-rate must be > 0, got 0");
    assertThatThrownBy(() -> RunConfig.from(config("deadlines.step = 0s")))
        .hasMessageStartingWith("deadlines.step must be > 0, got 0");
    assertThatThrownBy(() -> RunConfig.from(config("grpo = 3")))
        .hasMessage("grpo must be a section, got 3");
    assertThatThrownBy(() -> RunConfig.from(config("grpo.loss-type = ppo")))
        .hasMessage("loss-type must be one of grpo, bnpo, dr_grpo, dapo, got ppo");
    assertThatThrownBy(() -> RunConfig.from(config("kind = supervised")))
        .hasMessage("kind must be grpo, got supervised");
    assertThatThrownBy(() -> GenerationConfig.from(config("temperature = 0.0")))
        .hasMessage("temperature must be > 0, got 0; for greedy decoding use --no-do-sample");
  }

  @Test
  void listsMayBeWrittenWithCommasOrAsDimensions() {
    for (String shape : List.of("[1, 8, 8]", "\"1,8,8\"", "1x8x8", "\"1 8 8\"")) {
      assertThat(DatasetConfig.from(config("shape = " + shape)).shape()).containsExactly(1, 8, 8);
    }
    assertThat(DatasetConfig.from(config("image-size = 32")).imageSize()).containsExactly(32, 32);
    assertThat(DatasetConfig.from(config("mean = \"0.5\", std = [2]")).std()).containsExactly(2.0);
    assertThatThrownBy(() -> DatasetConfig.from(config("shape = \"1,x\"")))
        .hasMessage("shape must be whole numbers, such as 1,8,8, got 1,x");
  }

  @Test
  void biasesMayBeWrittenAsASectionOrAsPairs() {
    for (String biases : List.of("{ 15 = -2.5, 7 = 1 }", "[\"7=1\", \"15=-2.5\"]")) {
      assertThat(GenerationConfig.from(config("logit-bias = " + biases)).logitBias())
          .isEqualTo(Map.of(7, 1.0, 15, -2.5));
    }
    for (String wrong :
        List.of("7", "[\"7=1\", \"7=2\"]", "[\"a=1\"]", "[\"7=1=2\"]", "{ 7 = x }")) {
      assertThatThrownBy(() -> GenerationConfig.from(config("logit-bias = " + wrong)))
          .hasMessageStartingWith(
              "logit-bias must be ID=VALUE, such as 15=-2.5, with each token once, got ");
    }
    for (String wrong : List.of("{ 7 = 101 }", "{ 7 = NaN }", "{ \"-1\" = 0 }")) {
      assertThatThrownBy(() -> GenerationConfig.from(config("logit-bias = " + wrong)))
          .hasMessageStartingWith(
              "logit-bias must be token ids >= 0 with values in [-100, 100], got ");
    }
  }

  @Test
  void atMostOneConstraintMayBeGiven() {
    assertThat(GenerationConfig.from(config("regex = \"a+\"")).constraint())
        .isEqualTo(new OutputConstraint.Regex("a+"));
    assertThat(GenerationConfig.from(config("json-schema = \"{}\"")).constraint())
        .isEqualTo(new OutputConstraint.JsonSchema("{}"));
    assertThat(GenerationConfig.from(config("json-object = true")).constraint())
        .isEqualTo(new OutputConstraint.JsonObject());
    assertThatThrownBy(() -> GenerationConfig.from(config("regex = a, json-object = true")))
        .hasMessage("regex must be given without json-schema and json-object, got a");
  }

  @Test
  void missingKeysHaveTheDefaultsOfTheRunType() {
    RunConfig grpo = RunConfig.from(config(""));
    assertThat(grpo.optimizer())
        .isEqualTo(
            new OptimizerConfig.AdamW(
                1e-6, 0.9, 0.999, 1e-8, 0, new WeightDecayOn.Matrices(), 1.0));
    assertThat(grpo.schedule()).isEqualTo(new ScheduleConfig.Linear(0));
    TrainConfig supervised = TrainConfig.from(config("model-settings { hidden = [4, 3] }"));
    assertThat(supervised.optimizer())
        .isEqualTo(new OptimizerConfig.Adam(1e-3, 0.9, 0.999, 1e-8, 0, new WeightDecayOn.All(), 0));
    assertThat(supervised.schedule()).isEqualTo(new ScheduleConfig.Constant(0));
    assertThat(supervised.stepDeadline()).isEqualTo(Duration.ofMinutes(30));
    assertThat(supervised.modelSettings()).isEqualTo(Map.of("hidden", "4,3"));
  }

  @Test
  void referenceFileIsReadBackAsTheDefaults() {
    for (Section section : List.of(RunConfig.SECTION, TrainConfig.SECTION)) {
      Config defaults = ConfigFactory.defaultReference().getConfig(section.name());
      assertThat(defaults).isEqualTo(section.defaults());
    }
  }

  @Test
  void unknownPathsAreFoundInSectionsAndNotInModelSettings() {
    Config config = config("grpo.bet = 1, steps = 2, other { a { b = 1 } }, data.train = x");
    assertThat(RunConfig.SECTION.unknownPaths(config.root()))
        .containsExactlyInAnyOrder("grpo.bet", "other.a.b");
    assertThat(TrainConfig.SECTION.unknownPaths(config("model-settings.x = 1").root())).isEmpty();
  }
}

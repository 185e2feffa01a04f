package io.troupe.deploy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.config.Section;
import io.troupe.protocols.config.Section.Setting;
import io.troupe.protocols.config.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class SettingsTest {
  private static final SettingFlags FLAGS =
      SettingFlags.of(RunConfig.SECTION, Set.of("kind", "rewards"));
  private static final SettingLayers LAYERS = new SettingLayers(RunConfig.SECTION);

  @TempDir private Path temporary;

  private static Config parse(String... args) {
    CommandSpec command = CommandSpec.create();
    FLAGS.addTo(command);
    return FLAGS.read(new CommandLine(command).parseArgs(args));
  }

  @Test
  void everyKeyHasAUniqueFlagAndDocumentation() {
    for (Section section : List.of(RunConfig.SECTION, TrainConfig.SECTION)) {
      List<Setting> settings = section.settings();
      assertThat(settings).hasSizeGreaterThan(50);
      assertThat(settings).extracting(setting -> setting.key().flag()).doesNotHaveDuplicates();
      assertThat(settings).allSatisfy(s -> assertThat(s.key().doc()).matches("[A-Z].*[.]"));
    }
  }

  @Test
  void flagIsTheLastPartOfTheKey() {
    Config config = parse("--beta", "0.04", "--loss-type=dr_grpo", "--warm-start-steps", "7");
    assertThat(config.getDouble("grpo.beta")).isEqualTo(0.04);
    assertThat(config.getString("grpo.loss-type")).isEqualTo("dr_grpo");
    assertThat(config.getInt("warm-start.steps")).isEqualTo(7);
    assertThat(config.entrySet()).hasSize(3);
  }

  @Test
  void switchesCanBeTurnedOnAndOff() {
    assertThat(parse("--mask-truncated-completions").getBoolean("grpo.mask-truncated-completions"))
        .isTrue();
    assertThat(parse("--no-shuffle").getBoolean("data.shuffle")).isFalse();
    assertThat(parse("--shuffle=false").getBoolean("data.shuffle")).isFalse();
    assertThat(parse("--shuffle").getBoolean("data.shuffle")).isTrue();
    assertThat(parse().isEmpty()).isTrue();
  }

  @Test
  void unsetKeyCanBeSet() {
    Config config = LAYERS.complete(parse("--epsilon-high", "0.28"), ConfigFactory.empty());
    assertThat(RunConfig.from(config).grpo().epsilonHigh()).hasValue(0.28);
  }

  @Test
  void textsOnTheCommandLineHaveEscapeSequences() {
    assertThat(parse("--prompt-template", "Q:\\t{question}\\nA:").getString("data.prompt-template"))
        .isEqualTo("Q:\t{question}\nA:");
    assertThat(parse("--prompt-template=\\\\n \\boxed{{}}").getString("data.prompt-template"))
        .isEqualTo("\\n \\boxed{{}}");
    assertThat(parse("--prompt-column", "a\\n").getString("data.prompt-column")).isEqualTo("a\\n");
  }

  @Test
  void laterLayersHavePrecedence() throws IOException {
    Path file = Files.writeString(temporary.resolve("run.conf"), "troupe { steps = 3, seed = 3 }");
    Config task = ConfigFactory.parseString("steps = 2, seed = 2, groups-per-step = 2");
    Config user = parse("--seed", "4").withFallback(LAYERS.file(file));
    RunConfig config = RunConfig.from(LAYERS.complete(user, task));
    assertThat(config.seed()).isEqualTo(4);
    assertThat(config.steps()).isEqualTo(3);
    assertThat(config.groupsPerStep()).isEqualTo(2);
    assertThat(config.saveSteps()).isEqualTo(10);
  }

  @Test
  void fileWithASectionMustNotHaveOtherSettings() throws IOException {
    Path file = temporary.resolve("run.conf");
    Files.writeString(file, "troupe { steps = 3 }, troupe-train { epochs = 2 }");
    assertThat(LAYERS.file(file).getInt("steps")).isEqualTo(3);
    Files.writeString(file, "troupe { steps = 3 }, seed = 3");
    assertThatThrownBy(() -> LAYERS.file(file))
        .hasMessage(file + " must have all its settings in sections, got seed outside of troupe");
  }

  @Test
  void assignmentsSetAnyKey() {
    Config config =
        LAYERS.assignments(List.of("grpo.beta=0.1", "rewards=[length]", "grpo { epsilon = 0.3 }"));
    assertThat(config.getDouble("grpo.beta")).isEqualTo(0.1);
    assertThat(config.getDouble("grpo.epsilon")).isEqualTo(0.3);
    assertThat(config.getStringList("rewards")).containsExactly("length");
  }

  @Test
  void pathsAreMadeAbsolute() {
    Config config = LAYERS.complete(parse("--model", "some/model"), ConfigFactory.empty());
    assertThat(config.getString("model"))
        .isEqualTo(Path.of("some/model").toAbsolutePath().toString());
    assertThat(config.getString("data.train")).isEmpty();
  }

  @Test
  void renderedConfigurationIsParsedBack() {
    RunConfig config =
        RunConfig.from(
            LAYERS.complete(parse("--delta", "4"), SettingLayers.rewards(List.of("length"))));
    RunConfig again = RunConfig.from(ConfigFactory.parseString(config.render()));
    assertThat(again.grpo()).isEqualTo(config.grpo());
    assertThat(again.rewards()).isEqualTo(config.rewards());
    assertThat(again.deadlines()).isEqualTo(config.deadlines());
  }
}

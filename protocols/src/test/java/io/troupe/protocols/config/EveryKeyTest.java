package io.troupe.protocols.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.protocols.config.Section.Setting;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Every declared key is read: setting it changes a component of the configuration. */
class EveryKeyTest {
  /** Values of all types; each key accepts at least one. */
  private static final List<String> VALUES =
      List.of(
          "1",
          "2",
          "3",
          "5",
          "300",
          "0.25",
          "0.75",
          "true",
          "false",
          "x",
          "11s",
          "3 MiB",
          "[2]",
          "[[7]]",
          "[numeric-match]",
          "{ a = 1 }",
          "grpo",
          "batch",
          "sgd",
          "constant",
          "cosine",
          "all",
          "number",
          "depth",
          "unseen",
          "soft",
          "swapped-words",
          "truncate-left",
          "[bold]");

  /** Settings under which the keys of each optimizer and schedule have an effect. */
  private static final List<String> CONTEXTS =
      List.of(
          "",
          "warm-start.data = x, dataset { mean = [1], std = [1] }",
          "optimizer { optim = sgd, momentum = 0.5 }",
          "schedule.lr-scheduler-type = cosine",
          "schedule { lr-scheduler-type = step, step-size = 9 }",
          "schedule { lr-scheduler-type = multi-step, milestones = [9] }",
          "schedule.lr-scheduler-type = cosine-annealing",
          "schedule.lr-scheduler-type = one-cycle",
          "network { tls-cert = a, tls-key = b }");

  @Test
  void everyKeyOfGrpoRunsIsRead() throws ReflectiveOperationException {
    assertEveryKeyIsRead(RunConfig.SECTION, RunConfig::from);
  }

  @Test
  void everyKeyOfSupervisedRunsIsRead() throws ReflectiveOperationException {
    assertEveryKeyIsRead(TrainConfig.SECTION, TrainConfig::from);
  }

  @Test
  void everyKeyOfEndpointsIsRead() throws ReflectiveOperationException {
    assertEveryKeyIsRead(ServingConfig.SECTION, ServingConfig::from);
  }

  private static void assertEveryKeyIsRead(Section section, Function<Config, Record> from)
      throws ReflectiveOperationException {
    List<String> withoutEffect = new ArrayList<>();
    for (Setting setting : section.settings()) {
      if (!setting.path().equals("kind") && !isRead(setting.path(), from)) {
        withoutEffect.add(setting.path());
      }
    }
    assertThat(withoutEffect).isEmpty();
  }

  private static boolean isRead(String path, Function<Config, Record> from)
      throws ReflectiveOperationException {
    for (String context : CONTEXTS) {
      Config base = ConfigFactory.parseString(context);
      List<Object> unchanged = components(from.apply(base));
      for (String value : VALUES) {
        Config changed = ConfigFactory.parseString(path + " = " + value).withFallback(base);
        try {
          if (!components(from.apply(changed)).equals(unchanged)) {
            return true;
          }
        } catch (IllegalArgumentException e) {
          continue; // a value of another type, or out of range
        }
      }
    }
    return false;
  }

  /** All components except the HOCON source. */
  private static List<Object> components(Record config) throws ReflectiveOperationException {
    List<Object> values = new ArrayList<>();
    for (RecordComponent component : config.getClass().getRecordComponents()) {
      if (!component.getName().equals("source")) {
        values.add(component.getAccessor().invoke(config));
      }
    }
    return values;
  }
}

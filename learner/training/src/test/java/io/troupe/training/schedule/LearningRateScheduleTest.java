package io.troupe.training.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.protocols.config.ScheduleConfig;
import io.troupe.training.Fixtures;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LearningRateScheduleTest {
  static Iterable<JsonNode> schedules() {
    return Fixtures.json("torch/schedules.json");
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void ratesEqualTransformers(JsonNode said) {
    int warmup = said.get("warmup").intValue();
    ScheduleConfig config =
        switch (said.get("kind").textValue()) {
          case "constant" -> new ScheduleConfig.Constant(warmup);
          case "linear" -> new ScheduleConfig.Linear(warmup);
          default -> new ScheduleConfig.Cosine(warmup, said.get("cycles").doubleValue());
        };
    LearningRateSchedule schedule =
        new LearningRateSchedule(config, 0.3, said.get("total").intValue());

    double[] rates = Fixtures.doubles(said.get("rates"));
    for (int step = 0; step < rates.length; step++) {
      assertThat(schedule.at(step)).as("step %d", step).isCloseTo(rates[step], within(1e-15));
    }
  }
}

package io.troupe.training.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.protocols.config.ScheduleConfig;
import io.troupe.training.Fixtures;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LearningRateScheduleTest {
  static Iterable<JsonNode> schedules() {
    return Fixtures.json("torch/schedules.json");
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void ratesEqualTransformers(JsonNode fixture) {
    int warmup = fixture.get("warmup").intValue();
    ScheduleConfig config =
        switch (fixture.get("kind").textValue()) {
          case "constant" -> new ScheduleConfig.Constant(warmup);
          case "linear" -> new ScheduleConfig.Linear(warmup);
          default -> new ScheduleConfig.Cosine(warmup, fixture.get("cycles").doubleValue());
        };
    LearningRateSchedule schedule =
        new LearningRateSchedule(config, 0.3, fixture.get("total").intValue());

    double[] rates = Fixtures.doubles(fixture.get("rates"));
    for (int step = 0; step < rates.length; step++) {
      assertThat(schedule.at(step)).as("step %d", step).isCloseTo(rates[step], within(1e-15));
    }
  }

  static Iterable<JsonNode> torchSchedules() {
    return Fixtures.json("torch/lr_schedulers.json").get("schedules");
  }

  @ParameterizedTest
  @MethodSource("torchSchedules")
  void ratesEqualPyTorch(JsonNode fixture) {
    int warmup = fixture.get("warmup").intValue();
    JsonNode options = fixture.get("options");
    ScheduleConfig config =
        switch (fixture.get("kind").textValue()) {
          case "step" ->
              new ScheduleConfig.Step(
                  warmup, options.get("stepSize").intValue(), options.get("gamma").doubleValue());
          case "multi-step" ->
              new ScheduleConfig.MultiStep(
                  warmup,
                  Arrays.stream(Fixtures.ints(options.get("milestones"))).boxed().toList(),
                  options.get("gamma").doubleValue());
          case "cosine-annealing" ->
              new ScheduleConfig.CosineAnnealing(
                  warmup, options.get("tMax").intValue(), options.get("etaMin").doubleValue());
          default ->
              new ScheduleConfig.OneCycle(
                  options.get("pctStart").doubleValue(),
                  options.get("divFactor").doubleValue(),
                  options.get("finalDivFactor").doubleValue());
        };
    LearningRateSchedule schedule = new LearningRateSchedule(config, 0.3, 100);

    double[] rates = Fixtures.doubles(fixture.get("rates"));
    assertThat(rates).hasSize(100);
    for (int step = 0; step < rates.length; step++) {
      // PyTorch computes each rate from the previous one, so its rounding errors add up.
      assertThat(schedule.at(step)).as("step %d", step).isCloseTo(rates[step], within(1e-14));
    }
  }

  @Test
  void oneCycleOfFewStepsHasFiniteRates() {
    ScheduleConfig config = new ScheduleConfig.OneCycle(0.3, 25, 1e4);
    for (int total = 1; total < 8; total++) {
      LearningRateSchedule schedule = new LearningRateSchedule(config, 0.3, total);
      for (int step = 0; step < total + 3; step++) {
        assertThat(schedule.at(step)).as("%d of %d", step, total).isBetween(1.1e-6, 0.3);
      }
    }
  }
}

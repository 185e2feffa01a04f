package io.troupe.nn.schedulers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.SharedData;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares every scheduler with diffusers: timesteps, initial noise, inputs of the model, and each
 * step from the recorded sample and output of the model.
 */
class SchedulerParityTest {
  private static final double TOLERANCE = 1e-5;

  /** diffusers' float32 tables differ from double precision by up to 3.4e-5 in these cases. */
  private static final List<String> COARSE =
      List.of(
          "DDPMScheduler custom_timesteps",
          "DDPMScheduler train_50",
          "EulerDiscreteScheduler v_zero_snr_trailing");

  private static final Engine ENGINE = Engine.of(CpuBackend.create(1));

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  private static NoiseScheduler scheduler(String name, JsonNode config) {
    ObjectNode json = ((ObjectNode) config).deepCopy();
    json.put("_class_name", name);
    return SchedulerJson.read(ConfigJson.parse(json.toString()));
  }

  private static Denoising denoising(NoiseScheduler scheduler, JsonNode how) {
    JsonNode given = how.get("set_timesteps");
    JsonNode options = how.get("step");
    int steps = given.path("num_inference_steps").asInt();
    return switch (scheduler) {
      case DDPMScheduler s when given.has("timesteps") ->
          s.denoising(
              IntStream.range(0, given.get("timesteps").size())
                  .map(i -> given.get("timesteps").get(i).asInt())
                  .toArray());
      case DDIMScheduler s ->
          s.denoising(
              steps,
              options.path("eta").asDouble(0),
              options.path("use_clipped_model_output").asBoolean(false));
      case EulerDiscreteScheduler s when options.has("s_churn") ->
          s.denoising(
              steps,
              new EulerDiscreteScheduler.Churn(
                  options.get("s_churn").asDouble(),
                  options.get("s_tmin").asDouble(),
                  options.get("s_tmax").asDouble(),
                  options.get("s_noise").asDouble()));
      case FlowMatchEulerDiscreteScheduler s when given.has("mu") ->
          s.denoising(steps, given.get("mu").asDouble());
      case FlowMatchEulerDiscreteScheduler s when given.has("sigmas") ->
          s.denoising(
              IntStream.range(0, given.get("sigmas").size())
                  .mapToDouble(i -> given.get("sigmas").get(i).asDouble())
                  .toArray());
      default -> scheduler.denoising(steps);
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DDPMScheduler",
        "DDIMScheduler",
        "PNDMScheduler",
        "EulerDiscreteScheduler",
        "EulerAncestralDiscreteScheduler",
        "DPMSolverMultistepScheduler",
        "FlowMatchEulerDiscreteScheduler"
      })
  void everyStepEqualsDiffusers(String name) throws IOException {
    Path folder = SharedData.require("goldens/schedulers");
    JsonNode cases = JsonMapper.builder().build().readTree(folder.resolve(name + ".json").toFile());
    List<String> failures = new ArrayList<>();
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(name + ".safetensors"));
        Scope _ = ENGINE.open("cases")) {
      for (Iterator<String> names = cases.fieldNames(); names.hasNext(); ) {
        String key = names.next();
        if (!key.equals("extras")) {
          compare(name, key, cases.get(key), file, failures);
        }
      }
    }
    assertThat(failures).isEmpty();
  }

  private static void compare(
      String name, String key, JsonNode how, SafetensorsFile file, List<String> failures) {
    NoiseScheduler scheduler = scheduler(name, how.get("config"));
    NoiseScheduler again = SchedulerJson.read(SchedulerJson.write(scheduler));
    assertThat(again).as(name + " " + key + " written and read").isEqualTo(scheduler);
    Denoising steps = denoising(again, how);
    String at = name + " " + key;
    double[] timesteps = steps.timesteps();
    double[] wanted = file.load(key + "/timesteps").toDoubles();
    double ofTimes = name.startsWith("DPM") && key.endsWith("exponential") ? 1 : 2e-3;
    check(failures, at + " timesteps", timesteps, wanted, ofTimes, 1);
    double[] sigma = file.load(key + "/init_noise_sigma").toDoubles();
    check(failures, at + " sigma", new double[] {steps.initNoiseSigma()}, sigma, 1e-5, sigma[0]);
    Tensor samples = file.load(key + "/sample");
    Tensor outputs = file.load(key + "/model_output");
    Tensor inputs =
        file.tensors().containsKey(key + "/model_input") ? file.load(key + "/model_input") : null;
    Tensor noise = file.tensors().containsKey(key + "/noise") ? file.load(key + "/noise") : null;
    int[] drawn = {0};
    double tolerance = COARSE.contains(at) ? 1e-4 : TOLERANCE;
    for (int i = 0; i < timesteps.length; i++) {
      Tensor sample = samples.slice(i);
      if (inputs != null) {
        check(
            failures,
            at + " input " + i,
            steps.scaleModelInput(i, sample),
            inputs.slice(i),
            tolerance);
      }
      Tensor next = steps.step(i, outputs.slice(i), sample, () -> noise.slice(drawn[0]++));
      check(failures, at + " step " + i, next, samples.slice(i + 1), tolerance);
    }
    if (drawn[0] != (noise == null ? 0 : noise.size(0))) {
      failures.add(at + " drew " + drawn[0]);
    }
  }

  private static void check(
      List<String> failures, String at, Tensor actual, Tensor expected, double tolerance) {
    double[] reference = expected.toDoubles();
    double largest =
        IntStream.range(0, reference.length)
            .mapToDouble(i -> Math.abs(reference[i]))
            .max()
            .orElseThrow();
    check(failures, at, actual.toDoubles(), reference, tolerance, largest);
  }

  private static void check(
      List<String> failures,
      String at,
      double[] actual,
      double[] expected,
      double tolerance,
      double scale) {
    if (actual.length != expected.length) {
      failures.add(at + ": " + actual.length + " values instead of " + expected.length);
      return;
    }
    double worst =
        IntStream.range(0, actual.length)
            .mapToDouble(i -> Math.abs(actual[i] - expected[i]) / scale)
            .max()
            .orElse(0);
    if (!(worst <= tolerance)) {
      failures.add(at + ": " + worst);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"DDPMScheduler", "DDIMScheduler", "PNDMScheduler"})
  void trainingNoiseEqualsDiffusers(String name) throws IOException {
    Path folder = SharedData.require("goldens/schedulers");
    List<String> failures = new ArrayList<>();
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(name + ".safetensors"));
        Scope _ = ENGINE.open("extras")) {
      BetaSchedule betas = BetaSchedule.scaledLinear();
      int[] timesteps = file.load("extras/timesteps").toInts();
      Tensor original = file.load("extras/original");
      Tensor noise = file.load("extras/noise");
      check(
          failures,
          "add_noise",
          betas.addNoise(original, noise, timesteps),
          file.load("extras/add_noise"),
          TOLERANCE);
      if (file.tensors().containsKey("extras/get_velocity")) {
        check(
            failures,
            "get_velocity",
            betas.velocity(original, noise, timesteps),
            file.load("extras/get_velocity"),
            TOLERANCE);
      }
    }
    assertThat(failures).isEmpty();
  }

  /** The noise at which image-to-image starts, one sample at a time. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "EulerDiscreteScheduler",
        "EulerAncestralDiscreteScheduler",
        "DPMSolverMultistepScheduler",
        "FlowMatchEulerDiscreteScheduler"
      })
  void noiseOfAStepEqualsDiffusers(String name) throws IOException {
    Path folder = SharedData.require("goldens/schedulers");
    JsonNode how =
        JsonMapper.builder()
            .build()
            .readTree(folder.resolve(name + ".json").toFile())
            .get("extras");
    List<String> failures = new ArrayList<>();
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(name + ".safetensors"));
        Scope _ = ENGINE.open("extras")) {
      Denoising steps = scheduler(name, how.get("config")).denoising(10);
      double[] all = steps.timesteps();
      double[] timesteps = file.load("extras/timesteps").toDoubles();
      String expected =
          Stream.of("extras/add_noise", "extras/scale_noise")
              .filter(file.tensors()::containsKey)
              .findFirst()
              .orElseThrow();
      for (int i = 0; i < timesteps.length; i++) {
        double t = timesteps[i];
        int step =
            IntStream.range(0, all.length)
                .filter(k -> Math.abs(all[k] - t) < 0.01)
                .findFirst()
                .orElseThrow();
        Tensor noised =
            steps.noised(
                step, file.load("extras/original").slice(i), file.load("extras/noise").slice(i));
        check(failures, "sample " + i, noised, file.load(expected).slice(i), TOLERANCE);
      }
    }
    assertThat(failures).isEmpty();
  }
}

package io.troupe.nn.schedulers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.lm.ConfigJson;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Reads and writes {@code scheduler_config.json} of diffusers. */
public final class SchedulerJson {
  private static final String CLASS = "_class_name";
  private static final Map<String, Function<ConfigJson, NoiseScheduler>> READERS = readers();

  private SchedulerJson() {}

  private static Map<String, Function<ConfigJson, NoiseScheduler>> readers() {
    Map<String, Function<ConfigJson, NoiseScheduler>> readers = new LinkedHashMap<>();
    readers.put("DDPMScheduler", DDPMScheduler::read);
    readers.put("DDIMScheduler", DDIMScheduler::read);
    readers.put("PNDMScheduler", PNDMScheduler::read);
    readers.put("EulerDiscreteScheduler", EulerDiscreteScheduler::read);
    readers.put("EulerAncestralDiscreteScheduler", EulerAncestralDiscreteScheduler::read);
    readers.put("DPMSolverMultistepScheduler", DPMSolverMultistepScheduler::read);
    readers.put("FlowMatchEulerDiscreteScheduler", FlowMatchEulerDiscreteScheduler::read);
    return readers;
  }

  /**
   * Reads a scheduler; keys that are absent have the defaults of diffusers.
   *
   * @throws IllegalArgumentException if the class or the value of a key is not supported
   */
  public static NoiseScheduler read(ConfigJson json) {
    Function<ConfigJson, NoiseScheduler> reader = READERS.get(json.text(CLASS, ""));
    if (reader == null) {
      throw new IllegalArgumentException(
          "%s of a scheduler must be one of %s, got %s"
              .formatted(CLASS, String.join(", ", READERS.keySet()), json.shown(CLASS)));
    }
    return reader.apply(json);
  }

  /** The settings of a scheduler with its name in diffusers. */
  public static ConfigJson write(NoiseScheduler scheduler) {
    ConfigJson json = ConfigJson.empty();
    ObjectNode node = json.node();
    node.put(CLASS, scheduler.getClass().getSimpleName());
    scheduler.write(node);
    return json;
  }
}

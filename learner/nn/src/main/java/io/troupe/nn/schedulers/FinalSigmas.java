package io.troupe.nn.schedulers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.lm.ConfigJson;

/** The noise after the last step: {@code final_sigmas_type}. */
enum FinalSigmas implements NamedSetting {
  ZERO("zero"),
  SIGMA_MIN("sigma_min");

  private static final String KEY = "final_sigmas_type";

  private final String text;

  FinalSigmas(String text) {
    this.text = text;
  }

  @Override
  public String text() {
    return text;
  }

  /** Whether the smallest noise is left. */
  static boolean read(ConfigJson json) {
    return NamedSetting.read(json, KEY, ZERO) == SIGMA_MIN;
  }

  static void write(ObjectNode json, boolean endsAtSigmaMin) {
    json.put(KEY, (endsAtSigmaMin ? SIGMA_MIN : ZERO).text);
  }
}

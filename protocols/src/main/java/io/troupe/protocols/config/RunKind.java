package io.troupe.protocols.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** The kind of a run, recorded as {@code kind} in its {@code config.conf}. */
public enum RunKind {
  /** Reinforcement learning with GRPO, described by {@link RunConfig}. */
  GRPO("grpo"),
  /** Supervised learning, described by {@link TrainConfig}. */
  SUPERVISED("supervised");

  private final String settingName;

  RunKind(String settingName) {
    this.settingName = settingName;
  }

  /** The type of the key {@code kind}. */
  static ValueType<RunKind> type() {
    Map<String, RunKind> byName = new LinkedHashMap<>();
    for (RunKind kind : values()) {
      byName.put(kind.settingName, kind);
    }
    return ValueType.choice(byName);
  }

  /** The kind of a name. */
  static RunKind named(String name) {
    for (RunKind kind : values()) {
      if (kind.settingName.equals(name)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("kind must be grpo or supervised, got " + name);
  }

  /** The range of the key {@code kind} in the configuration of this kind of run. */
  Range<RunKind> only() {
    return new Range<>(kind -> kind == this, settingName, "");
  }
}

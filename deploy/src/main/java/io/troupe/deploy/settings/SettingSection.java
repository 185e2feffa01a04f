package io.troupe.deploy.settings;

import java.util.List;

/** The sections of {@code reference.conf} that hold the settings of a run, one for each kind. */
public enum SettingSection {
  /** Runs with GRPO. */
  GRPO("troupe", List.of("model", "data.train", "data.held-out", "warm-start.data")),
  /** Supervised runs; the model is named by an argument. */
  TRAIN("troupe-train", List.of("data"));

  private final String path;
  private final List<String> files;

  SettingSection(String path, List<String> files) {
    this.path = path;
    this.files = files;
  }

  /** The section's name. */
  public String path() {
    return path;
  }

  /** Keys that name files, in full, so that a run goes on wherever it is resumed from. */
  List<String> files() {
    return files;
  }
}

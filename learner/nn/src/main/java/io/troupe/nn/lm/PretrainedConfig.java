package io.troupe.nn.lm;

import java.util.Optional;

/**
 * The JSON files that describe a model in a Hugging Face folder, unknown keys included.
 *
 * @param configJson the text of {@code config.json}
 * @param generationConfigJson the text of {@code generation_config.json}, if there is one
 */
public record PretrainedConfig(String configJson, Optional<String> generationConfigJson) {}

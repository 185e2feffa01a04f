package io.troupe.nn.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.decoder.DecoderArchitecture;
import io.troupe.nn.decoder.DecoderModel;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.nn.lm.PretrainedConfig;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A family of decoders. Its settings are keys of {@code config.json}. */
final class DecoderEntry extends LanguageModelEntry<DecoderModel> {
  private final List<Hyperparameter<?>> settings;
  private final Function<ConfigJson, ? extends DecoderArchitecture> reader;

  /**
   * A family.
   *
   * @param name {@code model_type} in {@code config.json}
   * @param architecture the class in transformers
   * @param settings keys of {@code config.json} with the default of a published model
   * @param reader reads {@code config.json}
   */
  DecoderEntry(
      String name,
      String architecture,
      String summary,
      List<Hyperparameter<?>> settings,
      Function<ConfigJson, ? extends DecoderArchitecture> reader) {
    super(name, architecture, summary, PretrainedNames.of("model.", ".*rotary_emb.inv_freq"));
    this.settings = List.copyOf(settings);
    this.reader = reader;
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return settings;
  }

  @Override
  public DecoderModel build(Settings given, Initializer initializer) {
    ConfigJson json = ConfigJson.empty();
    ObjectNode node = json.node();
    node.putArray("architectures").add(architecture());
    node.put("model_type", name());
    for (Hyperparameter<?> setting : settings) {
      put(node, setting.name(), given.get(setting));
    }
    DecoderArchitecture built = reader.apply(json);
    json.putTokens(built.config().lm()); // absent ones have defaults in transformers
    PretrainedConfig files = new PretrainedConfig(json.text(), Optional.empty());
    return DecoderModel.inCurrentScope(built, files, initializer);
  }

  private static void put(ObjectNode node, String key, Object value) {
    switch (value) {
      case Integer number -> node.put(key, number);
      case Double number -> node.put(key, number);
      case Boolean flag -> node.put(key, flag);
      default -> throw new IllegalStateException("setting " + key + " has no form in JSON");
    }
  }

  @Override
  public DecoderModel undefined(
      ConfigJson config, PretrainedConfig json, Engine engine, DType dtype) {
    return DecoderModel.undefined(reader.apply(config), json, engine, dtype);
  }

  @Override
  public double numParameters(ConfigJson config) {
    return reader.apply(config).numParameters();
  }
}

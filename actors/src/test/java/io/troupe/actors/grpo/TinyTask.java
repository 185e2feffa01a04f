package io.troupe.actors.grpo;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.nn.llama.LlamaConfig;
import io.troupe.nn.llama.LlamaModel;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.RunConfig;
import io.troupe.rollout.tokenizer.CharacterTokenizer;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A task with a run time of about a second: sums of digits, and a model with two layers. */
final class TinyTask {
  private static final String SETTINGS =
      """
      steps = 4
      seed = 3
      threads = 1
      groups-per-step = 3
      save-steps = 2
      rewards = [numeric-match, { name = length, max = 3, weight = 0.1 }]
      grpo { num-generations = 4, max-completion-length = 6 }
      optimizer { learning-rate = 1e-3 }
      rollout { max-batch-sequences = 8 }
      deadlines { reward = 5s, group = 60s, weights = 20s, step = 60s, batch = 90s }
      """;

  private final Path folder;

  private TinyTask(Path folder) {
    this.folder = folder;
  }

  /** Writes model and data into a folder. */
  static TinyTask write(Path folder) throws IOException {
    TinyTask task = new TinyTask(folder);
    Files.createDirectories(folder);
    task.writeModel();
    return task.writeData();
  }

  /**
   * Writes data and a copy of a model with 61 tokens into a folder.
   *
   * @param model a folder with configuration and weights
   */
  static TinyTask write(Path folder, Path model) throws IOException {
    TinyTask task = new TinyTask(folder);
    Files.createDirectories(task.model());
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(model.resolve(file), task.model().resolve(file));
    }
    new CharacterTokenizer("0123456789+=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst")
        .save(task.model());
    return task.writeData();
  }

  private TinyTask writeData() throws IOException {
    List<String> questions = new ArrayList<>();
    List<String> demonstrations = new ArrayList<>();
    for (int a = 0; a < 5; a++) {
      for (int b = 0; b < 5; b++) {
        String row = "{\"question\": \"%d+%d=\", \"%s\": \"%d\"}";
        questions.add(row.formatted(a, b, "answer", a + b));
        demonstrations.add(row.formatted(a, b, "completion", a + b));
      }
    }
    Files.write(train(), questions);
    Files.write(heldOut(), questions.subList(0, 7));
    Files.write(demonstrations(), demonstrations);
    return this;
  }

  private void writeModel() throws IOException {
    CharacterTokenizer tokenizer = new CharacterTokenizer("0123456789+=");
    LlamaConfig config =
        LlamaConfig.builder()
            .vocabSize(tokenizer.vocabSize())
            .hiddenSize(16)
            .intermediateSize(24)
            .numHiddenLayers(2)
            .numAttentionHeads(2)
            .maxPositionEmbeddings(16)
            .bosTokenId(tokenizer.bosTokenId())
            .eosTokenIds(Set.of(tokenizer.eosTokenId().getAsInt()))
            .build();
    try (Engine engine = Engine.of(CpuBackend.create(1));
        LlamaModel model = LlamaModel.random(config, engine, 5)) {
      PretrainedModel.save(model, model());
    }
    tokenizer.save(model());
  }

  Path model() {
    return folder.resolve("model");
  }

  Path train() {
    return folder.resolve("train.jsonl");
  }

  Path heldOut() {
    return folder.resolve("held-out.jsonl");
  }

  Path demonstrations() {
    return folder.resolve("demonstrations.jsonl");
  }

  /**
   * The configuration of a run.
   *
   * @param settings HOCON that overrides the settings of the task
   */
  RunConfig config(String... settings) {
    Config files =
        ConfigFactory.parseString(
            "model = \"%s\", data.train = \"%s\", data.held-out = \"%s\", warm-start.data = \"%s\""
                .formatted(model(), train(), heldOut(), demonstrations()));
    return RunConfig.from(
        ConfigFactory.parseString(String.join("\n", settings))
            .withFallback(ConfigFactory.parseString(SETTINGS))
            .withFallback(files)
            .withFallback(ConfigFactory.defaultReference().getConfig("troupe"))
            .resolve());
  }
}

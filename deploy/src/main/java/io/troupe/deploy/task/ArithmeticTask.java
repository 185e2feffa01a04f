package io.troupe.deploy.task;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.nn.llama.LlamaConfig;
import io.troupe.nn.llama.LlamaModel;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.rollout.tokenizer.CharacterTokenizer;
import io.troupe.tensor.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Sums to be worked out, such as {@code 17+25=}: questions whose answers can be verified, a small
 * policy that knows nothing, and a few demonstrations that bring it as far as giving numbers.
 *
 * <p>The seed decides which questions are held out, which are demonstrated, and the policy's first
 * weights. No question is in two of the files, but for the demonstrated ones, which are trained on
 * too.
 *
 * @param folder of the run
 * @param seed of the run
 */
public record ArithmeticTask(Path folder, long seed) {
  /** What {@code task} calls it. */
  public static final String NAME = "arithmetic";

  private static final String ALPHABET = "0123456789+=";
  private static final String DEFAULTS = "arithmetic.conf";
  private static final int LARGEST_OPERAND = 49;
  private static final int NUM_HELD_OUT = 200;
  private static final int NUM_DEMONSTRATIONS = 250;
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Sum(int a, int b) {
    /** A row whose second column, of the given name, is the answer. */
    String row(String answerColumn) {
      return JSON.createObjectNode()
          .put("question", a + "+" + b + "=")
          .put(answerColumn, Integer.toString(a + b))
          .toString();
    }
  }

  private static Path model(Path folder) {
    return folder.resolve("model");
  }

  private static Path data(Path folder, String name) {
    return folder.resolve("data").resolve(name);
  }

  /**
   * The settings that suit the task, and the files that {@link #write} makes.
   *
   * @param folder of the run
   */
  public static Config settings(Path folder) {
    Config files =
        ConfigFactory.parseMap(
            Map.of(
                "task", NAME,
                "model", model(folder).toString(),
                "data.train", data(folder, "train.jsonl").toString(),
                "data.held-out", data(folder, "held-out.jsonl").toString(),
                "warm-start.data", data(folder, "demonstrations.jsonl").toString()));
    return ConfigFactory.parseURL(ArithmeticTask.class.getResource(DEFAULTS)).withFallback(files);
  }

  /**
   * Writes model and data into the run's folder.
   *
   * @param engine where the model's first weights are drawn
   * @throws IOException if the folder cannot be written
   */
  public void write(Engine engine) throws IOException {
    writeModel(engine);
    List<Sum> sums = shuffledSums();
    List<Sum> heldOut = sums.subList(0, NUM_HELD_OUT);
    List<Sum> train = sums.subList(NUM_HELD_OUT, sums.size());
    Files.createDirectories(folder.resolve("data"));
    write(data(folder, "held-out.jsonl"), heldOut, "answer");
    write(data(folder, "train.jsonl"), train, "answer");
    write(data(folder, "demonstrations.jsonl"), train.subList(0, NUM_DEMONSTRATIONS), "completion");
  }

  private List<Sum> shuffledSums() {
    List<Sum> sums = new ArrayList<>();
    for (int a = 0; a <= LARGEST_OPERAND; a++) {
      for (int b = 0; b <= LARGEST_OPERAND; b++) {
        sums.add(new Sum(a, b));
      }
    }
    Collections.shuffle(sums, new Random(seed));
    return sums;
  }

  private void writeModel(Engine engine) throws IOException {
    CharacterTokenizer tokenizer = new CharacterTokenizer(ALPHABET);
    LlamaConfig config =
        LlamaConfig.builder()
            .vocabSize(tokenizer.vocabSize())
            .hiddenSize(128)
            .intermediateSize(256)
            .numHiddenLayers(2)
            .numAttentionHeads(4)
            .maxPositionEmbeddings(32)
            .bosTokenId(tokenizer.bosTokenId())
            .eosTokenIds(Set.of(tokenizer.eosTokenId().getAsInt()))
            .padTokenId(tokenizer.padTokenId())
            .build();
    try (LlamaModel model = LlamaModel.random(config, engine, seed)) {
      PretrainedModel.save(model, model(folder));
    }
    tokenizer.save(model(folder));
  }

  private static void write(Path file, List<Sum> sums, String answerColumn) throws IOException {
    Files.write(file, sums.stream().map(sum -> sum.row(answerColumn)).toList());
  }
}

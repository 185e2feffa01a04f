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
 * The built-in task: sums such as {@code 17+25=}, whose answers can be verified, a small random
 * policy, and a few demonstrations from which it learns to answer with numbers.
 *
 * <p>The seed selects the evaluation questions, the demonstrations, and the policy's initial
 * weights. Evaluation questions are not trained on; demonstrations are training questions.
 *
 * @param directory the run directory
 * @param seed of the run
 */
public record ArithmeticTask(Path directory, long seed) {
  /** Value of the key {@code task}. */
  public static final String NAME = "arithmetic";

  private static final String ALPHABET = "0123456789+=";
  private static final String DEFAULTS = "arithmetic.conf";
  private static final int LARGEST_OPERAND = 49;
  private static final int NUM_HELD_OUT = 200;
  private static final int NUM_DEMONSTRATIONS = 250;
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Sum(int a, int b) {
    /** A row with the question and the answer, the latter in the given column. */
    String row(String answerColumn) {
      return JSON.createObjectNode()
          .put("question", a + "+" + b + "=")
          .put(answerColumn, Integer.toString(a + b))
          .toString();
    }
  }

  private static Path model(Path directory) {
    return directory.resolve("model");
  }

  private static Path data(Path directory, String name) {
    return directory.resolve("data").resolve(name);
  }

  /**
   * The task's settings, and the paths of the files that {@link #write} writes.
   *
   * @param directory the run directory
   */
  public static Config settings(Path directory) {
    Config files =
        ConfigFactory.parseMap(
            Map.of(
                "task", NAME,
                "model", model(directory).toString(),
                "data.train", data(directory, "train.jsonl").toString(),
                "data.held-out", data(directory, "held-out.jsonl").toString(),
                "warm-start.data", data(directory, "demonstrations.jsonl").toString()));
    return ConfigFactory.parseURL(ArithmeticTask.class.getResource(DEFAULTS)).withFallback(files);
  }

  /**
   * Writes model and data into the run directory.
   *
   * @param engine creates the initial weights
   * @throws IOException if the directory cannot be written
   */
  public void write(Engine engine) throws IOException {
    writeModel(engine);
    List<Sum> sums = shuffledSums();
    List<Sum> heldOut = sums.subList(0, NUM_HELD_OUT);
    List<Sum> train = sums.subList(NUM_HELD_OUT, sums.size());
    Files.createDirectories(directory.resolve("data"));
    write(data(directory, "held-out.jsonl"), heldOut, "answer");
    write(data(directory, "train.jsonl"), train, "answer");
    write(
        data(directory, "demonstrations.jsonl"),
        train.subList(0, NUM_DEMONSTRATIONS),
        "completion");
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
      PretrainedModel.save(model, model(directory));
    }
    tokenizer.save(model(directory));
  }

  private static void write(Path file, List<Sum> sums, String answerColumn) throws IOException {
    Files.write(file, sums.stream().map(sum -> sum.row(answerColumn)).toList());
  }
}

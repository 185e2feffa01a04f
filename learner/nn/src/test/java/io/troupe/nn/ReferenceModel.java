package io.troupe.nn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.StreamSupport;

/**
 * A small random model that transformers has saved, with what transformers computes; made by {@code
 * src/test/resources/models/generate.py}.
 *
 * @param folder of the model
 */
public record ReferenceModel(Path folder) {
  /** Every one of them. */
  public static final List<String> NAMES =
      List.of(
          "llama-tied",
          "llama3-untied",
          "llama-linear-rope",
          "llama-bf16",
          "llama-f16",
          "llama-sharded",
          "qwen2",
          "gpt2",
          "gpt2-bf16",
          "llama-yarn",
          "qwen2-yarn",
          "llama-dynamic",
          "llama-longrope");

  /** The names, for parameterized tests. */
  public static List<String> names() {
    return NAMES;
  }

  /** The model of this name. */
  public static ReferenceModel named(String name) {
    return new ReferenceModel(resources().resolve("models").resolve(name));
  }

  /** The folder of this module's test resources. */
  public static Path resources() {
    return Checkout.root().resolve(Path.of("learner", "nn", "src", "test", "resources"));
  }

  /** What transformers computes. */
  public JsonNode expected() {
    try {
      return new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A list of whole numbers. */
  public static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  /** A list of numbers, nested or not, one after the other. */
  public static double[] doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .flatMapToDouble(
            element ->
                element.isArray()
                    ? Arrays.stream(doubles(element))
                    : DoubleStream.of(element.asDouble()))
        .toArray();
  }
}

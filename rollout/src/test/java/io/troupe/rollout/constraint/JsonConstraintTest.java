package io.troupe.rollout.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.troupe.nn.SharedData;
import io.troupe.protocols.config.OutputConstraint;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import io.troupe.rollout.tokenizer.CharacterTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON texts drawn under a schema, validated by networknt's library. */
class JsonConstraintTest {
  private static final Path TOKENIZERS = Path.of("src/test/resources/tokenizers");
  private static final Path SCHEMAS = Path.of("src/test/resources/schemas");
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(strings = {"byte", "byte_level", "byte_fallback"})
  void everyTextIsValid(String name) throws IOException {
    try (Tokenizer tokenizer = AutoTokenizer.load(TOKENIZERS.resolve(name))) {
      requireValid(tokenizer, 40);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2-tokenizer", "stories260K"})
  void everyTextOfAPublishedVocabularyIsValid(String name) throws IOException {
    try (Tokenizer tokenizer = AutoTokenizer.load(SharedData.require(name))) {
      requireValid(tokenizer, 40);
    }
  }

  @Test
  void aTokenizerOfCharactersWritesValidTexts() throws IOException {
    requireValid(
        new CharacterTokenizer("abcdefghijklmnopqrstuvwxyz_ABCTZ{}[]:,\"0123456789-+.$é日"), 25);
  }

  private static void requireValid(Tokenizer tokenizer, int rounds) throws IOException {
    RandomTokens tokens = new RandomTokens(tokenizer);
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    SplittableRandom random = new SplittableRandom(31);
    int[][] prompts = {tokenizer.encode("a"), tokenizer.encode(""), new int[0]};
    for (Path file : schemas()) {
      String text = Files.readString(file);
      Schema schema = registry.getSchema(text, InputFormat.JSON);
      CompiledConstraint compiled =
          tokens.compiler().compile(new OutputConstraint.JsonSchema(text)).orElseThrow();
      for (int round = 0; round < rounds; round++) {
        int[] prompt = prompts[round % prompts.length];
        RandomTokens.Drawn drawn = tokens.draw(compiled, prompt, 2 * round, random);
        List<Error> errors = schema.validate(drawn.text(), InputFormat.JSON);
        assertThat(errors).as("%s under %s", drawn.text(), file.getFileName()).isEmpty();
        assertThat(compiled.validator().violation(drawn.text())).isEmpty();
        assertThat(drawn.text()).startsWith(drawn.start().replaceAll("\ufffd+$", ""));
      }
    }
  }

  private static List<Path> schemas() throws IOException {
    try (Stream<Path> files = Files.list(SCHEMAS)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"byte", "byte_level", "byte_fallback"})
  void everyTextIsAnObject(String name) throws IOException {
    try (Tokenizer tokenizer = AutoTokenizer.load(TOKENIZERS.resolve(name))) {
      RandomTokens tokens = new RandomTokens(tokenizer);
      CompiledConstraint compiled =
          tokens.compiler().compile(new OutputConstraint.JsonObject()).orElseThrow();
      SplittableRandom random = new SplittableRandom(41);
      for (int round = 0; round < 150; round++) {
        String text = tokens.draw(compiled, tokenizer.encode("a"), 3 * round, random).text();
        assertThat(JSON.readTree(text).isObject()).as(text).isTrue();
        assertThat(compiled.validator().violation(text)).isEmpty();
      }
    }
  }

  @Test
  void threadsThatShareAConstraintDrawWhatOneThreadDraws() throws Exception {
    try (Tokenizer tokenizer = AutoTokenizer.load(TOKENIZERS.resolve("byte_level"));
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      RandomTokens tokens = new RandomTokens(tokenizer);
      OutputConstraint person =
          new OutputConstraint.JsonSchema(Files.readString(SCHEMAS.resolve("person.json")));
      List<Future<List<String>>> futures = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        futures.add(threads.submit(() -> texts(tokens, person)));
      }
      List<String> alone = texts(new RandomTokens(tokenizer), person);
      for (Future<List<String>> future : futures) {
        assertThat(future.get(60, TimeUnit.SECONDS)).isEqualTo(alone);
      }
    }
  }

  private static List<String> texts(RandomTokens tokens, OutputConstraint constraint) {
    List<String> texts = new ArrayList<>();
    for (int seed = 0; seed < 40; seed++) {
      CompiledConstraint compiled = tokens.compiler().compile(constraint).orElseThrow();
      texts.add(tokens.draw(compiled, new int[0], 60, new SplittableRandom(seed)).text());
    }
    return texts;
  }

  @Test
  void aTokenizerWithoutBracesIsRejected() {
    ConstraintCompiler compiler = new ConstraintCompiler(new CharacterTokenizer("0123\":,"), 10);
    assertThatThrownBy(() -> compiler.compile(new OutputConstraint.JsonObject()))
        .hasMessageStartingWith("json-object must allow a text that the tokenizer can write");
  }
}

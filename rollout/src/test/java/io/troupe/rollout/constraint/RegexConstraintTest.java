package io.troupe.rollout.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.SharedData;
import io.troupe.protocols.config.OutputConstraint;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import io.troupe.rollout.tokenizer.ByteTokenizer;
import io.troupe.rollout.tokenizer.CharacterTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts drawn under a regular expression, judged by {@code java.util.regex}. */
class RegexConstraintTest {
  private static final Path TOKENIZERS = Path.of("src/test/resources/tokenizers");
  private static final List<String> PATTERNS =
      List.of(
          "\\d{3}-\\d{4}",
          "(yes|no|maybe)",
          "[A-Z][a-z]+( [A-Z][a-z]+){0,3}\\.",
          " ?[a-z ]{1,40}",
          ".{0,60}",
          "[^a-m\\s]{5,9}",
          "(\\w+@\\w+\\.(com|org))?;",
          "[+-]?(0|[1-9][0-9]{0,6})(\\.[0-9]{1,4})?",
          "(é|€|日本|😀|[а-я]){1,8}!",
          "^((a|b)*c){2,3}$|^x+$",
          "\\{\"a\": \\[(\\d, ){0,5}\\d\\]\\}");

  @ParameterizedTest
  @ValueSource(strings = {"byte", "byte_level", "byte_fallback"})
  void everyTextMatches(String name) {
    try (Tokenizer tokenizer = AutoTokenizer.load(TOKENIZERS.resolve(name))) {
      requireMatches(tokenizer, 60);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2-tokenizer", "stories260K"})
  void everyTextOfAPublishedVocabularyMatches(String name) {
    try (Tokenizer tokenizer = AutoTokenizer.load(SharedData.require(name))) {
      requireMatches(tokenizer, 60);
    }
  }

  private static void requireMatches(Tokenizer tokenizer, int rounds) {
    RandomTokens tokens = new RandomTokens(tokenizer);
    SplittableRandom random = new SplittableRandom(21);
    int[][] prompts = {tokenizer.encode("a"), tokenizer.encode(""), new int[0]};
    for (String pattern : PATTERNS) {
      CompiledConstraint compiled =
          tokens.compiler().compile(new OutputConstraint.Regex(pattern)).orElseThrow();
      for (int round = 0; round < rounds; round++) {
        int[] prompt = prompts[round % prompts.length];
        RandomTokens.Drawn drawn = tokens.draw(compiled, prompt, round, random);
        requireMatch(pattern, drawn);
        assertThat(compiled.validator().violation(drawn.text())).isEmpty();
      }
    }
  }

  private static void requireMatch(String pattern, RandomTokens.Drawn drawn) {
    assertThat(drawn.text()).matches(Pattern.compile(pattern, Pattern.UNIX_LINES));
    assertThat(drawn.text()).startsWith(drawn.start().replaceAll("\ufffd+$", ""));
  }

  @Test
  void aTokenizerOfCharactersWritesWhatItsAlphabetAllows() {
    Tokenizer tokenizer = new CharacterTokenizer("0123456789+-=é");
    RandomTokens tokens = new RandomTokens(tokenizer);
    CompiledConstraint compiled =
        tokens.compiler().compile(new OutputConstraint.Regex("(\\w|[é€]){4}=\\d+")).orElseThrow();
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 50; round++) {
      RandomTokens.Drawn drawn = tokens.draw(compiled, new int[0], 40, random);
      requireMatch("[0-9é]{4}=\\d+", drawn);
    }
    assertThatThrownBy(() -> tokens.compiler().compile(new OutputConstraint.Regex("\\d+€")))
        .hasMessageStartingWith("regex must allow a text that the tokenizer can write");
    assertThatThrownBy(() -> tokens.compiler().compile(new OutputConstraint.Regex("")))
        .hasMessageContaining("only the empty text");
  }

  @Test
  void theEndIsAllowedExactlyWhereTheTextMatches() {
    Tokenizer tokenizer = new ByteTokenizer();
    ConstraintCompiler compiler = new ConstraintCompiler(tokenizer, tokenizer.vocabSize());
    TokenConstraint constraint =
        compiler
            .compile(new OutputConstraint.Regex("ab*c?"))
            .orElseThrow()
            .start(new int[] {258, 'b'}, false);
    long[] mask = new long[5];
    constraint.mask(mask);
    assertThat(allowed(mask)).containsExactly((int) 'a');
    assertThat(constraint.allowsEnd()).isFalse();
    constraint.accept('a');
    constraint.mask(mask);
    assertThat(allowed(mask)).containsExactly((int) 'b', (int) 'c', 258);
    assertThat(constraint.allowsEnd()).isTrue();
    assertThat(constraint.isComplete()).isFalse();
    assertThatThrownBy(() -> constraint.accept('x'))
        .hasMessage("token must be allowed by the output constraint, got 120");
    constraint.accept('c');
    assertThat(constraint.isComplete()).isTrue();
    assertThatThrownBy(() -> constraint.accept(1)).hasMessageContaining("got 1");
  }

  @Test
  void aTokenThatEndsTheCompletionWritesNoText() {
    Tokenizer tokenizer = new CharacterTokenizer("abc");
    ConstraintCompiler compiler = new ConstraintCompiler(tokenizer, tokenizer.vocabSize());
    var constraint = new OutputConstraint.Regex("a(b|c)c");
    int b = tokenizer.encode("b", false)[0];
    int c = tokenizer.encode("c", false)[0];
    TokenConstraint withoutB =
        compiler.compile(constraint, 2, b).orElseThrow().start(ends(b), false);
    withoutB.accept(tokenizer.encode("a", false)[0]);
    long[] mask = new long[1];
    withoutB.mask(mask);
    assertThat(allowed(mask)).containsExactly(c);
    assertThatThrownBy(() -> compiler.compile(constraint, 2, c))
        .hasMessageContaining("a character that it needs may have no token");
    assertThat(compiler.compile(constraint, 2)).isPresent();
    assertThat(compiler.numKept()).isEqualTo(2);
    for (int i = 0; i < 2 * ConstraintCompiler.MAX_KEPT; i++) {
      compiler.compile(new OutputConstraint.Regex("a{%d}".formatted(i + 1)));
    }
    assertThat(compiler.numKept()).isEqualTo(ConstraintCompiler.MAX_KEPT);
  }

  private static int[] ends(int tokenId) {
    return new int[] {2, tokenId};
  }

  private static List<Integer> allowed(long[] mask) {
    return BitSet.valueOf(mask).stream().boxed().toList();
  }
}

package io.troupe.rollout.constraint;

import io.troupe.protocols.config.OutputConstraint;
import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;
import io.troupe.rollout.constraint.regex.RegexAutomaton;
import io.troupe.rollout.constraint.schema.SchemaLanguage;
import io.troupe.rollout.constraint.text.TextLanguages;
import io.troupe.rollout.constraint.tokens.Vocabulary;
import io.troupe.rollout.constraint.validation.OutputValidator;
import io.troupe.rollout.tokenizer.SpecialTokenText;
import io.troupe.rollout.tokenizer.TokenBytes;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compiles constraints for the vocabulary of a model. The constraints that were used last are kept,
 * at most {@link #MAX_KEPT}. Thread-safe.
 */
public final class ConstraintCompiler {
  /** The number of compiled constraints that are kept. */
  static final int MAX_KEPT = 16;

  private static final int MAX_STATES = 20_000;

  private final Tokenizer tokenizer;
  private final int modelVocabSize;
  private final LinkedHashMap<Key, CompiledConstraint> kept = new LinkedHashMap<>(16, 0.75f, true);
  private Tokens tokens; // read with the first constraint

  /**
   * The inputs of a compiled constraint.
   *
   * @param endsWithText tokens that have text and end a completion
   */
  private record Key(OutputConstraint constraint, Set<Integer> endsWithText) {}

  /** The properties of the tokenizer that masks depend on. */
  private record Tokens(Vocabulary vocabulary, boolean dropsFirstSpace, int space) {}

  /**
   * A compiler, which does not own the tokenizer.
   *
   * @param modelVocabSize number of logits of the model
   */
  public ConstraintCompiler(Tokenizer tokenizer, int modelVocabSize) {
    this.tokenizer = tokenizer;
    this.modelVocabSize = modelVocabSize;
  }

  /**
   * Compiles a constraint, or returns the result of an earlier call.
   *
   * @param endTokenIds tokens that end the completion, which cannot be part of its text
   * @return empty for {@link OutputConstraint#NONE}
   * @throws IllegalArgumentException if the constraint is not supported, too large, allows no text,
   *     or cannot be written with the tokens of the vocabulary
   */
  public Optional<CompiledConstraint> compile(OutputConstraint constraint, int... endTokenIds) {
    if (constraint.equals(OutputConstraint.NONE)) {
      return Optional.empty();
    }
    Vocabulary vocabulary = tokens().vocabulary;
    Set<Integer> endsWithText =
        Arrays.stream(endTokenIds).filter(vocabulary::hasText).boxed().collect(Collectors.toSet());
    Key key = new Key(constraint, endsWithText);
    CompiledConstraint known = kept(key);
    if (known != null) {
      return Optional.of(known);
    }
    CompiledConstraint compiled =
        compiled(
            constraint, endsWithText.isEmpty() ? vocabulary : vocabulary.without(endsWithText));
    keep(key, compiled);
    return Optional.of(compiled);
  }

  private synchronized CompiledConstraint kept(Key key) {
    return kept.get(key);
  }

  private synchronized void keep(Key key, CompiledConstraint compiled) {
    kept.putIfAbsent(key, compiled);
    if (kept.size() > MAX_KEPT) {
      kept.pollFirstEntry();
    }
  }

  /** The number of compiled constraints that are kept now. */
  synchronized int numKept() {
    return kept.size();
  }

  private CompiledConstraint compiled(OutputConstraint constraint, Vocabulary vocabulary) {
    Languages languages = new Languages(MAX_STATES);
    TextLanguages text = new TextLanguages(languages, vocabulary.alphabet());
    Language language = language(constraint, text);
    requireText(constraint, language);
    OutputValidator validator = OutputValidator.of(constraint);
    return new CompiledConstraint(vocabulary, languages, language, modelVocabSize, validator);
  }

  private static Language language(OutputConstraint constraint, TextLanguages text) {
    return switch (constraint) {
      case OutputConstraint.None _ -> throw new IllegalStateException("there is no constraint");
      case OutputConstraint.Regex(String pattern) ->
          RegexAutomaton.matching("regex", pattern, text.languages(), text);
      case OutputConstraint.JsonObject _ -> SchemaLanguage.ofObjects(text);
      case OutputConstraint.JsonSchema(String schema) -> SchemaLanguage.of(schema, text);
    };
  }

  private static void requireText(OutputConstraint constraint, Language language) {
    if (language.isNothing() || language.isEnd()) {
      throw new IllegalArgumentException(
          name(constraint)
              + " must allow a text that the tokenizer can write, got "
              + (language.isEnd()
                  ? "one that allows only the empty text"
                  : "one that allows none; a character that it needs may have no token"));
    }
  }

  private static String name(OutputConstraint constraint) {
    return switch (constraint) {
      case OutputConstraint.None _ -> "constraint";
      case OutputConstraint.JsonObject _ -> "json-object";
      case OutputConstraint.JsonSchema _ -> "json-schema";
      case OutputConstraint.Regex _ -> "regex";
    };
  }

  private synchronized Tokens tokens() {
    if (tokens == null) {
      TokenBytes bytes = tokenizer.tokenBytes();
      tokens =
          new Tokens(
              Vocabulary.of(bytes, modelVocabSize), bytes.dropsFirstSpace(), spaceToken(bytes));
    }
    return tokens;
  }

  private static int spaceToken(TokenBytes bytes) {
    for (int id = 0; id < bytes.vocabSize(); id++) {
      if (bytes.length(id) == 1 && bytes.of(id)[0] == ' ') {
        return id;
      }
    }
    return -1;
  }

  /**
   * Whether a space at the start of a completion is not part of its text, because it is also the
   * start of the whole text.
   */
  public boolean dropsFirstSpace(int[] prompt, SpecialTokenText specialTokens) {
    Tokens known = tokens();
    return known.dropsFirstSpace
        && known.space >= 0
        && tokenizer.decodeContinuation(prompt, new int[] {known.space}, specialTokens).isEmpty();
  }
}

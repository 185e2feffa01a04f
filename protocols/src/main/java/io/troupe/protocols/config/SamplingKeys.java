package io.troupe.protocols.config;

import com.typesafe.config.Config;
import java.util.List;

/** The keys of {@link SamplingConfig}. */
final class SamplingKeys {
  final Key<Double> topP;
  final Key<Integer> topK;
  final Key<Double> minP;
  final Key<Double> repetitionPenalty;
  final Key<List<String>> stopStrings;
  final Key<Boolean> ignoreEos;

  /** Declares the keys in a section. */
  SamplingKeys(Section section) {
    topP = topP(section);
    topK = topK(section, 0);
    minP = minP(section);
    repetitionPenalty = repetitionPenalty(section);
    stopStrings =
        section.add(
            "stop-strings",
            ValueType.TEXTS,
            List.of(),
            new Range<>(texts -> texts.stream().noneMatch(String::isEmpty), "not empty", ""),
            "Text that ends a completion and is excluded from it. Repeatable.");
    ignoreEos =
        section.add(
            "ignore-eos",
            ValueType.BOOLEAN,
            false,
            "Continue after the end-of-text token, to the maximum length. For benchmarks.");
  }

  static Key<Double> topP(Section section) {
    return section.add(
        "top-p",
        ValueType.DOUBLE,
        1.0,
        new Range<>(p -> p > 0 && p <= 1, "in (0, 1]", ""),
        "Sample from the smallest set of most likely tokens with this total probability.");
  }

  static Key<Integer> topK(Section section, int defaultValue) {
    return section.add(
        "top-k",
        ValueType.INT,
        defaultValue,
        Range.atLeast(0),
        "Sample from the k most likely tokens. 0: all tokens.");
  }

  static Key<Double> minP(Section section) {
    return section.add(
        "min-p",
        ValueType.DOUBLE,
        0.0,
        Range.between(0, 1),
        "Sample from tokens with at least this fraction of the highest probability.");
  }

  static Key<Double> repetitionPenalty(Section section) {
    return section.add(
        "repetition-penalty",
        ValueType.DOUBLE,
        1.0,
        Range.above(0),
        "Penalty on tokens that have occurred: they become less likely above 1.");
  }

  /** Reads the keys; a missing one has TRL's default. */
  SamplingConfig read(Config config) {
    return new SamplingConfig(
        topP.read(config),
        topK.read(config),
        minP.read(config),
        repetitionPenalty.read(config),
        stopStrings.read(config),
        ignoreEos.read(config));
  }
}

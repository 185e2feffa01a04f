package io.troupe.actors.supervised;

import io.troupe.nn.bert.BertNetwork;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.rollout.tokenizer.WordPieceTokenizer;
import io.troupe.training.supervised.SupervisedTask;
import io.troupe.training.text.MaskedLanguageModeling;
import io.troupe.training.text.MaskedUnit;
import io.troupe.training.text.SpanExtraction;
import io.troupe.training.text.TextClassification;
import io.troupe.training.text.TokenClassification;
import io.troupe.training.text.TokenMasking;

/**
 * The task of an encoder's head.
 *
 * @param network the encoder with its head
 * @param task trains it
 */
record TextTask(BertNetwork network, SupervisedTask task) {

  /** The task of a model, by its capabilities. */
  static TextTask of(TrainConfig config, BuiltModel<?> model, WordPieceTokenizer tokenizer) {
    double smoothing = config.labelSmoothing();
    return model
        .maskFiller()
        .map(m -> new TextTask(m, new MaskedLanguageModeling(m, masking(config, tokenizer))))
        .or(
            () ->
                model
                    .textClassifier()
                    .map(m -> new TextTask(m, new TextClassification(m, smoothing))))
        .or(
            () ->
                model
                    .tokenClassifier()
                    .map(m -> new TextTask(m, new TokenClassification(m, smoothing))))
        .or(() -> model.spanFinder().map(m -> new TextTask(m, new SpanExtraction(m))))
        .orElseThrow();
  }

  private static TokenMasking masking(TrainConfig config, WordPieceTokenizer tokenizer) {
    return new TokenMasking(
        config.text().mlmProbability(),
        config.text().wholeWordMasking() ? MaskedUnit.WORD : MaskedUnit.TOKEN,
        tokenizer.maskTokenId(),
        tokenizer.vocabSize(),
        tokenizer.specialTokenIds(),
        tokenizer.continuations());
  }
}

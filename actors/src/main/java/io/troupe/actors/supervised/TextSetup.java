package io.troupe.actors.supervised;

import io.troupe.data.dataset.DataSplits;
import io.troupe.data.dataset.PerSplit;
import io.troupe.data.rows.Row;
import io.troupe.data.text.AnsweredQuestions;
import io.troupe.data.text.LabeledTexts;
import io.troupe.data.text.PackedTexts;
import io.troupe.data.text.SwappedWords;
import io.troupe.data.text.TaggedWords;
import io.troupe.data.text.TextEncoder;
import io.troupe.data.text.TextRows;
import io.troupe.nn.bert.BertConfig;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.pretrained.EncoderFolder;
import io.troupe.nn.registry.BertEntry;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.Capability;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.Settings;
import io.troupe.protocols.config.TextConfig;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.rollout.tokenizer.WordPieceFiles;
import io.troupe.rollout.tokenizer.WordPieceTokenizer;
import io.troupe.streams.batch.LastBatch;
import io.troupe.tensor.DType;
import io.troupe.tensor.Scope;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sets up an encoder of texts with its head. The result of the run is a Hugging Face folder with
 * the tokenizer, from which another run can start.
 */
final class TextSetup {
  /** The settings of a pretrained model that can be changed. */
  private static final Set<String> CHANGEABLE =
      Set.of("hidden_dropout_prob", "classifier_dropout", "num_labels");

  private final TrainConfig config;
  private final ModelEntry<?> entry;
  private final Scope weights;
  private final Optional<EncoderFolder> pretrained;

  private TextSetup(TrainConfig config, ModelEntry<?> entry, Scope weights) {
    this.config = config;
    this.entry = entry;
    this.weights = weights;
    this.pretrained =
        config.pretrained().isEmpty()
            ? Optional.empty()
            : Optional.of(new EncoderFolder(Path.of(config.pretrained())));
  }

  /** Whether a model is an encoder of texts. */
  static boolean isFor(ModelEntry<?> entry) {
    return entry.has(Capability.FillMasks.class)
        || entry.has(Capability.ClassifyTexts.class)
        || entry.has(Capability.ClassifyTokens.class)
        || entry.has(Capability.FindSpans.class);
  }

  static SupervisedSetup of(TrainConfig config, ModelEntry<?> entry, Scope weights) {
    return new TextSetup(config, entry, weights).create();
  }

  private SupervisedSetup create() {
    pretrained.ifPresent(EncoderFolder::requireWeights);
    PerSplit<List<Row>> rows = TextRows.open(Path.of(config.data()), config.dataset());
    try (WordPieceTokenizer tokenizer = tokenizer(rows.train())) {
      TextEncoder encoder = new TextEncoder(tokenizer, config.dataset().seqLength());
      DataSplits splits = splits(rows, encoder);
      Settings settings = settings(tokenizer, splits);
      BuiltModel<?> model;
      try (Scope.Entered _ = weights.enter()) {
        model = entry.create(settings, Initializer.of(DType.FLOAT32, config.seed()));
      }
      TextTask task = TextTask.of(config, model, tokenizer);
      pretrained.ifPresent(folder -> folder.load(task.network()));
      WordPieceFiles files = tokenizer.files();
      return new SupervisedSetup(
          model,
          new TrainingData(splits, config, LastBatch.KEEP),
          task.task(),
          folder -> {
            List<String> labels = splits.train().spec().classNames();
            new EncoderFolder(folder).saveConfig(task.network(), labels);
            files.save(folder);
          });
    }
  }

  private WordPieceTokenizer tokenizer(List<Row> training) {
    TextConfig text = config.text();
    if (!text.tokenizer().isEmpty() || pretrained.isPresent()) {
      return WordPieceTokenizer.load(
          text.tokenizer().isEmpty() ? pretrained.get().folder() : Path.of(text.tokenizer()));
    }
    List<String> texts =
        training.stream().map(row -> String.join("\n", row.texts().values())).toList();
    return WordPieceTokenizer.train(texts, text.vocabSize(), text.lowerCase());
  }

  private DataSplits splits(PerSplit<List<Row>> rows, TextEncoder encoder) {
    if (entry.has(Capability.FillMasks.class)) {
      return PackedTexts.of(rows, encoder);
    }
    if (entry.has(Capability.ClassifyTexts.class)) {
      return LabeledTexts.of(labeled(rows), encoder, config.dataset());
    }
    return entry.has(Capability.ClassifyTokens.class)
        ? TaggedWords.of(rows, encoder, config.dataset())
        : AnsweredQuestions.of(rows, encoder);
  }

  private PerSplit<List<Row>> labeled(PerSplit<List<Row>> rows) {
    return switch (config.text().labelSource()) {
      case COLUMN -> rows;
      case SWAPPED_WORDS -> SwappedWords.of(rows, config.dataset().splitSeed());
    };
  }

  private Settings settings(WordPieceTokenizer tokenizer, DataSplits splits) {
    Map<String, String> known = new LinkedHashMap<>();
    if (pretrained.isPresent()) {
      known.putAll(BertEntry.settingsOf(pretrained.get().config()));
      requireChangeable();
    } else {
      known.put("vocab_size", Integer.toString(tokenizer.vocabSize()));
      known.put("pad_token_id", Integer.toString(tokenizer.padTokenId()));
    }
    int numClasses = splits.train().spec().numClasses();
    if (numClasses > 0) {
      known.put("num_labels", Integer.toString(numClasses));
    }
    known.putAll(config.modelSettings());
    Settings settings = entry.settings(known);
    requireFits(BertEntry.configOf(settings), tokenizer);
    return settings;
  }

  private void requireFits(BertConfig model, WordPieceTokenizer tokenizer) {
    if (tokenizer.vocabSize() > model.vocabSize()) {
      throw new IllegalArgumentException(
          "vocab_size must be at least the %d tokens of the tokenizer, got %d"
              .formatted(tokenizer.vocabSize(), model.vocabSize()));
    }
    int length = config.dataset().seqLength();
    if (length > model.maxPositionEmbeddings()) {
      throw new IllegalArgumentException(
          "seq-length must be at most max_position_embeddings=%d, got %d"
              .formatted(model.maxPositionEmbeddings(), length));
    }
    if (model.typeVocabSize() < 2) {
      throw new IllegalArgumentException(
          "type_vocab_size must be at least 2, got " + model.typeVocabSize());
    }
  }

  private void requireChangeable() {
    for (String name : config.modelSettings().keySet()) {
      if (!CHANGEABLE.contains(name.replace('-', '_'))) {
        throw new IllegalArgumentException(
            "%s must not be set for a pretrained model, whose config.json has it, got %s"
                .formatted(name, config.modelSettings().get(name)));
      }
    }
  }
}

package io.troupe.nn.registry;

import io.troupe.nn.Module;
import io.troupe.nn.bert.BertConfig;
import io.troupe.nn.bert.BertForMaskedLM;
import io.troupe.nn.bert.BertForQuestionAnswering;
import io.troupe.nn.bert.BertForSequenceClassification;
import io.troupe.nn.bert.BertForTokenClassification;
import io.troupe.nn.bert.BertNames;
import io.troupe.nn.bert.BertNetwork;
import io.troupe.nn.bert.EncoderInput;
import io.troupe.nn.checkpoint.WeightNames;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * BERT with one of its heads. Besides being trained from random weights, it starts from the weights
 * of a Hugging Face folder.
 *
 * @param <M> the model
 */
public final class BertEntry<M extends BertNetwork> implements ModelEntry<M> {
  private static final String INPUT_IDS = "input_ids";
  private static final String TOKEN_TYPE_IDS = "token_type_ids";
  private static final String ATTENTION_MASK = "attention_mask";

  private final String name;
  private final String summary;
  private final List<Hyperparameter<?>> headSettings;
  private final Builder<M> builder;
  private final Capability<M> capability;

  /** Builds a model. */
  @FunctionalInterface
  private interface Builder<M> {
    M build(BertConfig config, Settings settings, Initializer initializer);
  }

  private BertEntry(
      String name,
      String summary,
      List<Hyperparameter<?>> headSettings,
      Builder<M> builder,
      Capability<M> capability) {
    this.name = name;
    this.summary = summary;
    this.headSettings = headSettings;
    this.builder = builder;
    this.capability = capability;
  }

  /** The model with each head. */
  static List<BertEntry<?>> all() {
    return List.of(
        new BertEntry<>(
            "bert",
            "BERT, predicts masked tokens",
            List.of(),
            (config, _, initializer) -> new BertForMaskedLM(config, initializer),
            new Capability.FillMasks<>(model -> model)),
        new BertEntry<>(
            "bert-sequence",
            "BERT, classifies texts and pairs of texts",
            List.of(BertSettings.NUM_LABELS),
            (config, settings, initializer) ->
                new BertForSequenceClassification(
                    config, settings.get(BertSettings.NUM_LABELS), initializer),
            new Capability.ClassifyTexts<>(model -> model)),
        new BertEntry<>(
            "bert-token",
            "BERT, classifies the tokens of texts",
            List.of(BertSettings.NUM_LABELS),
            (config, settings, initializer) ->
                new BertForTokenClassification(
                    config, settings.get(BertSettings.NUM_LABELS), initializer),
            new Capability.ClassifyTokens<>(model -> model)),
        new BertEntry<>(
            "bert-span",
            "BERT, finds answers to questions in texts",
            List.of(),
            (config, _, initializer) -> new BertForQuestionAnswering(config, initializer),
            new Capability.FindSpans<>(model -> model)));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Family family() {
    return Family.ENCODER;
  }

  @Override
  public String summary() {
    return summary;
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return Stream.concat(BertSettings.ENCODER.stream(), headSettings.stream()).toList();
  }

  /** The sizes of the encoder that settings describe. */
  public static BertConfig configOf(Settings settings) {
    return BertSettings.config(settings);
  }

  /** The settings of an encoder, as texts by name. */
  public static Map<String, String> settingsOf(BertConfig config) {
    return BertSettings.of(config);
  }

  @Override
  public M build(Settings settings, Initializer initializer) {
    return builder.build(BertSettings.config(settings), settings, initializer);
  }

  @Override
  public List<InputTensor> inputs(Settings settings) {
    InputSize batch = InputSize.any("batch");
    InputSize time = InputSize.any("time");
    return List.of(
        InputTensor.integers(INPUT_IDS, batch, time),
        InputTensor.integers(TOKEN_TYPE_IDS, batch, time).optional(),
        InputTensor.integers(ATTENTION_MASK, batch, time).optional());
  }

  /** The output of the head; see {@link BertNetwork#forward}. */
  @Override
  public Tensor predict(M model, Map<String, Tensor> inputs) {
    return model.forward(
        new EncoderInput(
            inputs.get(INPUT_IDS), inputs.get(TOKEN_TYPE_IDS), inputs.get(ATTENTION_MASK)));
  }

  @Override
  public List<Capability<M>> capabilities() {
    return List.of(
        capability, new Capability.Embed<>((model, ids) -> model.embed(EncoderInput.of(ids))));
  }

  @Override
  public WeightNames weightNames(Module module) {
    return BertNames.of(module.namedParameters().keySet());
  }
}

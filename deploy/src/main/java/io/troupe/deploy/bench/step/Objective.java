package io.troupe.deploy.bench.step;

import io.troupe.nn.Module;
import io.troupe.nn.bert.BertForMaskedLM;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.losses.Loss;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import io.troupe.training.alternating.AdversarialImages;
import io.troupe.training.supervised.BatchTensors;
import io.troupe.training.supervised.ImageModelling;
import io.troupe.training.supervised.ImageTextMatching;
import io.troupe.training.supervised.Monitor;
import io.troupe.training.supervised.SupervisedTask;
import io.troupe.training.supervised.Tally;
import io.troupe.training.supervised.TrainingTask;
import io.troupe.training.text.MaskedLanguageModeling;
import io.troupe.training.text.MaskedUnit;
import io.troupe.training.text.TokenMasking;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Makes the task of a workload. */
@FunctionalInterface
interface Objective {
  /** The task of a model. */
  TrainingTask of(BuiltModel<?> model);

  /** A loss of the network's output and {@code target}. */
  static Objective plain(Loss loss) {
    return model -> new Plain(model.module(), (Layer) model.module(), loss);
  }

  /** The model's own objective on images. */
  static Objective images() {
    return model -> new ImageModelling(model.module(), model.objective().orElseThrow());
  }

  /** The contrastive loss of images and texts. */
  static Objective pairs() {
    return model -> new ImageTextMatching(model.imageTextModel().orElseThrow(), List.of());
  }

  /** A discriminator and a generator in turn. */
  static Objective adversarial() {
    return model -> new AdversarialImages(model.adversarialPair().orElseThrow(), Optional.empty());
  }

  /** Masked language modeling with the special tokens of bert-base-uncased. */
  static Objective maskedTokens() {
    return built -> {
      BertForMaskedLM model = built.maskFiller().orElseThrow();
      BitSet special = new BitSet();
      IntStream.of(0, 100, 101, 102, 103).forEach(special::set);
      int vocabSize = model.config().vocabSize();
      return new MaskedLanguageModeling(
          model, new TokenMasking(0.15, MaskedUnit.TOKEN, 103, vocabSize, special, new BitSet()));
    };
  }

  /** A task without metrics. */
  record Plain(Module module, Layer network, Loss measure) implements SupervisedTask {
    @Override
    public Tensor loss(MiniBatch batch, Philox random) {
      return measure.forward(
          network.forward(BatchTensors.of(batch, "input")), BatchTensors.of(batch, "target"));
    }

    @Override
    public void evaluate(MiniBatch batch, Philox random, Tally tally) {
      tally.add("loss", loss(batch, random).item(), 1);
    }

    @Override
    public Monitor monitor() {
      return Monitor.LOSS;
    }
  }
}

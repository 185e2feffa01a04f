package io.troupe.streams.batch;

import io.troupe.data.DataFormatException;
import io.troupe.data.Permutation;
import io.troupe.data.augment.Augmentation;
import io.troupe.data.dataset.Dataset;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.javadsl.Source;

/**
 * The mini-batches of a dataset, as {@code DataLoader} in PyTorch. The content of a batch is a
 * function of the seed and the step, so that a stream can start at any step and does not depend on
 * time or on the number of workers.
 *
 * @param dataset the examples
 * @param batchSize number of examples per batch
 * @param seed of order and augmentation
 * @param shuffle whether each epoch has its own order, drawn from the seed
 * @param lastBatch treatment of the last batch of each epoch if it is not full
 * @param augmentation random changes of images
 * @param numEpochs number of passes over the dataset; 0 for no limit
 * @param numWorkers number of batches that are made concurrently
 * @param prefetch maximum number of batches that are made ahead of the consumer, at least {@code
 *     numWorkers}
 */
public record MiniBatches(
    Dataset dataset,
    int batchSize,
    long seed,
    boolean shuffle,
    LastBatch lastBatch,
    Augmentation augmentation,
    long numEpochs,
    int numWorkers,
    int prefetch) {
  private static final long ORDER = 0x6F72646572L; // "order"
  private static final long AUGMENT = 0x6175676D656E74L; // "augment"
  private static final int DEFAULT_PREFETCH = 4;

  /** Checks the ranges. */
  public MiniBatches {
    require(batchSize >= 1, "batch-size", batchSize, ">= 1");
    require(numEpochs >= 0, "epochs", numEpochs, ">= 0 (0 for no limit)");
    require(numWorkers >= 1, "num-workers", numWorkers, ">= 1");
    require(prefetch >= numWorkers, "prefetch", prefetch, ">= num-workers=" + numWorkers);
    require(
        lastBatch != LastBatch.DROP || dataset.size() >= batchSize,
        "batch-size",
        batchSize,
        "<= " + dataset.size() + ", the number of examples");
  }

  private static void require(boolean holds, String key, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(key + " must be " + expected + ", got " + value);
    }
  }

  /** Shuffled batches for training, without limit; the last of an epoch may be smaller. */
  public static MiniBatches training(Dataset dataset, int batchSize, long seed) {
    return new MiniBatches(
        dataset, batchSize, seed, true, LastBatch.KEEP, Augmentation.NONE, 0, 1, DEFAULT_PREFETCH);
  }

  /** All examples once, in their order. */
  public static MiniBatches evaluation(Dataset dataset, int batchSize) {
    return new MiniBatches(
        dataset, batchSize, 0, false, LastBatch.KEEP, Augmentation.NONE, 1, 1, DEFAULT_PREFETCH);
  }

  /** With another augmentation. */
  public MiniBatches withAugmentation(Augmentation other) {
    return new MiniBatches(
        dataset, batchSize, seed, shuffle, lastBatch, other, numEpochs, numWorkers, prefetch);
  }

  /** With another treatment of the last batch of an epoch. */
  public MiniBatches withLastBatch(LastBatch treatment) {
    return new MiniBatches(
        dataset,
        batchSize,
        seed,
        shuffle,
        treatment,
        augmentation,
        numEpochs,
        numWorkers,
        prefetch);
  }

  /** With a number of epochs; 0 for no limit. */
  public MiniBatches withNumEpochs(long epochs) {
    return new MiniBatches(
        dataset, batchSize, seed, shuffle, lastBatch, augmentation, epochs, numWorkers, prefetch);
  }

  /** With another number of workers and of batches that are made ahead. */
  public MiniBatches withPrefetch(int workers, int ahead) {
    return new MiniBatches(
        dataset, batchSize, seed, shuffle, lastBatch, augmentation, numEpochs, workers, ahead);
  }

  /** The number of batches of an epoch. */
  public int stepsPerEpoch() {
    return lastBatch.numBatches(dataset.size(), batchSize);
  }

  /** The last step; {@link Long#MAX_VALUE} if there is none. */
  public long lastStep() {
    return numEpochs == 0 ? Long.MAX_VALUE : Math.multiplyExact(numEpochs, stepsPerEpoch());
  }

  /**
   * The batch of a step.
   *
   * @param step counted from 1
   * @throws DataFormatException if a file that it needs is damaged
   */
  public MiniBatch batch(long step) {
    return make(new Plans(step).next());
  }

  /** All batches in order, each made on demand on the calling thread. */
  public Iterator<MiniBatch> iterator() {
    Plans plans = new Plans(1);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return plans.hasNext();
      }

      @Override
      public MiniBatch next() {
        return make(plans.next());
      }
    };
  }

  /**
   * The batches from a step on. The running stream makes at most {@code prefetch} batches ahead of
   * demand, on the dispatcher for blocking work.
   *
   * <p>If a batch cannot be made, the stream fails at its step, after all earlier batches.
   *
   * @param fromStep step of the first batch, counted from 1
   */
  public Source<MiniBatch, NotUsed> source(long fromStep) {
    require(fromStep >= 1, "step", fromStep, ">= 1");
    return Source.fromMaterializer(
            (materializer, attributes) ->
                source(
                    fromStep,
                    materializer
                        .system()
                        .dispatchers()
                        .lookup(ActorAttributes.IODispatcher().dispatcher())))
        .mapMaterializedValue(started -> NotUsed.getInstance());
  }

  private Source<MiniBatch, NotUsed> source(long fromStep, Executor workers) {
    Source<Made, NotUsed> made =
        Source.fromIterator(() -> new Plans(fromStep))
            .mapAsync(
                numWorkers, plan -> CompletableFuture.supplyAsync(() -> attempt(plan), workers));
    if (prefetch > numWorkers) {
      made = made.buffer(prefetch - numWorkers, OverflowStrategy.backpressure());
    }
    return made.map(Made::orThrow);
  }

  /**
   * A failure is an element, so that it does not overtake earlier batches as a failure of the
   * stream would.
   */
  private Made attempt(Plan plan) {
    try {
      return new Made(make(plan), null);
    } catch (RuntimeException e) {
      return new Made(null, e);
    }
  }

  private MiniBatch make(Plan plan) {
    Philox draws = Philox.of(seed).derive(AUGMENT).derive(plan.epoch());
    return new MiniBatch(
        plan.step(),
        plan.indices().length,
        dataset.batch(plan.indices(), augmentation.transform(draws, plan.indices())));
  }

  /** A batch, or the failure of making it. */
  private record Made(MiniBatch batch, RuntimeException failure) {
    MiniBatch orThrow() {
      if (failure != null) {
        throw failure;
      }
      return batch;
    }
  }

  /** The examples of a batch. */
  private record Plan(long step, long epoch, int[] indices) {}

  /** The plans from a step on; caches the order of the current epoch. */
  private final class Plans implements Iterator<Plan> {
    private long step;
    private long epoch = -1;
    private int[] order;

    Plans(long fromStep) {
      this.step = fromStep;
    }

    @Override
    public boolean hasNext() {
      return step <= lastStep();
    }

    @Override
    public Plan next() {
      if (!hasNext()) {
        throw new NoSuchElementException("step " + step + " is after the last, " + lastStep());
      }
      long inEpoch = (step - 1) % stepsPerEpoch();
      if ((step - 1) / stepsPerEpoch() != epoch) {
        epoch = (step - 1) / stepsPerEpoch();
        order = order(epoch);
      }
      int from = (int) inEpoch * batchSize;
      int to = (int) Math.min(order.length, (long) from + batchSize);
      return new Plan(step++, epoch, Arrays.copyOfRange(order, from, to));
    }

    private int[] order(long ofEpoch) {
      return shuffle
          ? Permutation.of(Philox.of(seed).derive(ORDER).derive(ofEpoch), dataset.size())
          : IntStream.range(0, dataset.size()).toArray();
    }
  }
}

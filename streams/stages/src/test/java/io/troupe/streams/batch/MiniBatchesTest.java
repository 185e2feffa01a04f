package io.troupe.streams.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.troupe.data.DataFormatException;
import io.troupe.data.augment.Augmentation;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.batch.MiniBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MiniBatchesTest {
  /** Time to wait before checking that nothing more happened. */
  private static final Duration SETTLED = Duration.ofMillis(100);

  private static ActorSystem system;

  @BeforeAll
  static void start() {
    system =
        ActorSystem.create(
            "mini-batches",
            ConfigFactory.parseString("pekko.loglevel = WARNING")
                .withFallback(ConfigFactory.load()));
  }

  @AfterAll
  static void stop() {
    TestKit.shutdownActorSystem(system);
  }

  private static TestSubscriber.Probe<MiniBatch> probe(Source<MiniBatch, NotUsed> source) {
    return source.runWith(TestSink.create(system), system);
  }

  private static List<MiniBatch> all(MiniBatches batches, long fromStep, int count) {
    return batches
        .source(fromStep)
        .take(count)
        .runWith(Sink.seq(), system)
        .toCompletableFuture()
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
  }

  private static float[] values(MiniBatch batch) {
    return ((ArrayData.Floats) batch.array("input")).values();
  }

  private static List<Integer> indices(List<MiniBatch> batches, int size) {
    List<Integer> indices = new ArrayList<>();
    for (MiniBatch batch : batches) {
      for (int i = 0; i < batch.size(); i++) {
        indices.add(Math.round(values(batch)[4 * i] * size));
      }
    }
    return indices;
  }

  private static void assertSame(List<MiniBatch> one, List<MiniBatch> other) {
    assertThat(one).hasSameSizeAs(other);
    for (int i = 0; i < one.size(); i++) {
      assertThat(one.get(i).step()).isEqualTo(other.get(i).step());
      assertThat(values(one.get(i))).isEqualTo(values(other.get(i)));
    }
  }

  @Test
  void everyEpochVisitsEveryExampleOnceInItsOwnOrder() {
    MiniBatches batches = MiniBatches.training(new CountingDataset(10), 4, 7);
    List<MiniBatch> two = all(batches, 1, 6);
    assertThat(two).extracting(MiniBatch::size).containsExactly(4, 4, 2, 4, 4, 2);
    assertThat(two).extracting(MiniBatch::step).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    List<Integer> first = indices(two.subList(0, 3), 10);
    List<Integer> second = indices(two.subList(3, 6), 10);
    List<Integer> sorted = IntStream.range(0, 10).boxed().toList();
    assertThat(first).containsExactlyInAnyOrderElementsOf(sorted).isNotEqualTo(sorted);
    assertThat(second).containsExactlyInAnyOrderElementsOf(sorted).isNotEqualTo(first);
  }

  @Test
  void incompleteLastBatchIsDroppedBySetting() {
    MiniBatches batches =
        MiniBatches.training(new CountingDataset(10), 4, 7)
            .withLastBatch(LastBatch.DROP)
            .withNumEpochs(2);
    assertThat(batches.stepsPerEpoch()).isEqualTo(2);
    assertThat(all(batches, 1, 100)).extracting(MiniBatch::size).containsExactly(4, 4, 4, 4);
  }

  @Test
  void singleLastExampleIsDroppedWithoutChangingOtherBatches() {
    MiniBatches all = MiniBatches.training(new CountingDataset(9), 4, 7).withNumEpochs(3);
    MiniBatches dropped = all.withLastBatch(LastBatch.DROP_SINGLE);
    assertThat(all.stepsPerEpoch()).isEqualTo(3);
    assertThat(dropped.stepsPerEpoch()).isEqualTo(2);
    assertThat(dropped.lastStep()).isEqualTo(6);
    for (int epoch = 0; epoch < 3; epoch++) {
      for (int step = 1; step <= 2; step++) {
        assertThat(dropped.batch(2 * epoch + step).arrays())
            .usingRecursiveComparison()
            .isEqualTo(all.batch(3 * epoch + step).arrays());
      }
    }
  }

  @Test
  void otherLastBatchesAreKeptNextToBatchNorm() {
    for (int size : new int[] {1, 4, 8, 10, 11}) {
      MiniBatches all = MiniBatches.training(new CountingDataset(size), 4, 7);
      assertThat(all.withLastBatch(LastBatch.DROP_SINGLE).stepsPerEpoch())
          .as("%d examples", size)
          .isEqualTo(all.stepsPerEpoch());
    }
    MiniBatches ones = MiniBatches.training(new CountingDataset(3), 1, 7);
    assertThat(ones.withLastBatch(LastBatch.DROP_SINGLE).stepsPerEpoch()).isEqualTo(3);
  }

  @Test
  void evaluationVisitsAllExamplesInOrderAndEnds() {
    List<MiniBatch> all = all(MiniBatches.evaluation(new CountingDataset(5), 2), 1, 100);
    assertThat(indices(all, 5)).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void batchesDependOnlyOnSeedAndStep() {
    MiniBatches batches =
        MiniBatches.training(new CountingDataset(50), 8, 3)
            .withAugmentation(Augmentation.parse("flip,vflip,crop=1,color=0.5"));
    List<MiniBatch> whole = all(batches, 1, 20);
    assertSame(whole, all(batches.withPrefetch(3, 9), 1, 20));
    assertSame(whole, all(batches.withPrefetch(1, 1), 1, 20));
    assertSame(whole.subList(12, 20), all(batches, 13, 8));
    assertThat(values(batches.batch(17))).isEqualTo(values(whole.get(16)));
    MiniBatches other =
        MiniBatches.training(new CountingDataset(50), 8, 4)
            .withAugmentation(batches.augmentation());
    assertThat(values(other.batch(17))).isNotEqualTo(values(whole.get(16)));
  }

  @Test
  void slowConsumerStopsTheReader() {
    for (int prefetch : new int[] {1, 2, 5}) {
      CountingDataset dataset = new CountingDataset(1000);
      TestSubscriber.Probe<MiniBatch> probe =
          probe(MiniBatches.training(dataset, 2, 1).withPrefetch(1, prefetch).source(1));
      probe.ensureSubscription();
      probe.expectNoMessage(SETTLED);
      assertThat(dataset.read.get()).isLessThanOrEqualTo(prefetch);
      probe.request(1).expectNext();
      probe.request(3).expectNextN(3);
      probe.expectNoMessage(SETTLED);
      assertThat(dataset.read.get()).isBetween(4, 4 + prefetch);
      probe.cancel();
    }
  }

  @Test
  void batchesArePrefetched() {
    CountingDataset dataset = new CountingDataset(1000);
    TestSubscriber.Probe<MiniBatch> probe =
        probe(MiniBatches.training(dataset, 2, 1).withPrefetch(2, 6).source(1));
    probe.request(1).expectNext();
    new TestKit(system).awaitAssert(() -> assertThat(dataset.read.get()).isEqualTo(7));
    probe.cancel();
  }

  @Test
  void cancelStopsTheReader() {
    CountingDataset dataset = new CountingDataset(1000);
    TestSubscriber.Probe<MiniBatch> probe = probe(MiniBatches.training(dataset, 2, 1).source(1));
    probe.request(Long.MAX_VALUE);
    probe.expectNextN(20);
    probe.cancel();
    new TestKit(system)
        .awaitAssert(
            () -> {
              int read = dataset.read.get();
              new TestKit(system).expectNoMessage(SETTLED);
              assertThat(dataset.read.get()).isEqualTo(read);
              return read;
            });
  }

  @Test
  void damagedExampleFailsTheStreamAfterTheBatchesBeforeIt() {
    for (int prefetch : new int[] {1, 8}) {
      TestSubscriber.Probe<MiniBatch> probe =
          probe(
              MiniBatches.evaluation(new CountingDataset(20, 9), 2)
                  .withPrefetch(1, prefetch)
                  .source(1));
      probe.request(20);
      probe.expectNextN(4);
      assertThat(probe.expectError())
          .isInstanceOf(DataFormatException.class)
          .hasMessage("example 9 is damaged");
    }
  }

  @Test
  void settingsOutOfRangeAreRejected() {
    CountingDataset dataset = new CountingDataset(10);
    assertThatThrownBy(() -> MiniBatches.training(dataset, 0, 1))
        .hasMessageContaining("batch-size must be >= 1, got 0");
    assertThatThrownBy(() -> MiniBatches.training(dataset, 11, 1).withLastBatch(LastBatch.DROP))
        .hasMessageContaining("batch-size must be <= 10, the number of examples, got 11");
    assertThatThrownBy(() -> MiniBatches.training(dataset, 2, 1).withPrefetch(4, 2))
        .hasMessageContaining("prefetch must be >= num-workers=4, got 2");
    assertThatThrownBy(() -> MiniBatches.training(dataset, 2, 1).source(0))
        .hasMessageContaining("step must be >= 1, got 0");
    assertThatThrownBy(() -> MiniBatches.evaluation(dataset, 5).batch(3))
        .hasMessageContaining("step 3 is after the last, 2");
  }
}

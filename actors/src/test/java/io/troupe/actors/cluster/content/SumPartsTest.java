package io.troupe.actors.cluster.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.cluster.protocol.BulkMessage.ShardGradient;
import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.training.shard.GradientLayout;
import io.troupe.training.shard.ShardRange;
import io.troupe.training.shard.ShardSum;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SumPartsTest {
  private static final ShardRange NODE = new ShardRange(2, 2);
  private static final int MIN_BYTES = 1000;
  private static final int TOKEN_BYTES = 5 * Double.BYTES;

  private final Random random = new Random(7);

  private interface Body {
    void run(GradientLayout layout, SumParts parts);
  }

  private static void withParts(Body body) {
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope scope = engine.open("test")) {
      List<Tensor> parameters = new ArrayList<>();
      for (int size : new int[] {400, 3, 100, 17, 90, 1, 300}) {
        parameters.add(Tensor.empty(scope, DType.FLOAT32, Shape.of(size)));
      }
      GradientLayout layout = new GradientLayout(parameters);
      body.run(layout, new SumParts(layout, MIN_BYTES));
    }
  }

  private ShardSum sum(GradientLayout layout, boolean hasGradient) {
    ShardSum sum = layout.allocateSum(NODE, 0, hasGradient ? layout.sizeBytes() : 0, TOKEN_BYTES);
    fill(sum.gradient());
    fill(sum.tokens());
    return sum;
  }

  private void fill(MemorySegment segment) {
    for (long i = 0; i < segment.byteSize(); i++) {
      segment.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
    }
  }

  /** Hands out a gradient from its end, a few parameters at a time. */
  private List<ShardGradient> send(GradientLayout layout, SumParts parts, ShardSum sum) {
    List<ShardGradient> sent = new ArrayList<>();
    PartSender sender = new PartSender(parts, (part, of, data) -> sent.add(part(part, of, data)));
    long[] bounds = layout.partBounds(1);
    for (int to = 0; to < bounds.length - 1 && sum.gradient().byteSize() > 0; ) {
      int from = Math.min(bounds.length - 1, to + 1 + random.nextInt(3));
      sender.accept(bounds[from], sum.gradient().asSlice(bounds[from], bounds[to] - bounds[from]));
      to = from;
    }
    int last = parts.numParts(sum) - 1;
    sent.add(part(last, last + 1, parts.copy(sum, last)));
    return sent;
  }

  private static ShardGradient part(int part, int numParts, Payload data) {
    return new ShardGradient(1, 0, 9, NODE, part, numParts, data);
  }

  @Test
  void partsInAnyOrderGiveTheSum() {
    withParts(
        (layout, parts) -> {
          for (int trial = 0; trial < 50; trial++) {
            try (ShardSum sum = sum(layout, trial % 5 > 0);
                ReceivedSums received = new ReceivedSums(parts)) {
              List<ShardGradient> sent = send(layout, parts, sum);
              assertThat(sent).hasSize(parts.numParts(sum));
              Collections.shuffle(sent, random);
              Optional<ShardSum> complete = Optional.empty();
              for (ShardGradient each : sent) {
                assertThat(complete).isEmpty();
                assertThat(received.fits(each)).isTrue();
                complete = received.add(each);
              }
              try (ShardSum copy = complete.orElseThrow()) {
                assertThat(copy.range()).isEqualTo(NODE);
                assertThat(copy.gradient().mismatch(sum.gradient())).isNegative();
                assertThat(copy.tokens().mismatch(sum.tokens())).isNegative();
              }
            }
          }
        });
  }

  @Test
  void partsAreHandedOutBeforeTheGradientIsComplete() {
    withParts(
        (layout, parts) -> {
          try (ShardSum sum = sum(layout, true)) {
            List<Integer> sent = new ArrayList<>();
            PartSender sender = new PartSender(parts, (part, of, data) -> sent.add(part));
            long start = layout.partBounds(MIN_BYTES)[1];
            sender.accept(start, sum.gradient().asSlice(start));
            assertThat(sent).containsExactly(0);
            assertThat(parts.numParts(sum)).isGreaterThan(2);
          }
        });
  }

  @Test
  void partsOfOtherSizesDoNotFit() {
    withParts(
        (layout, parts) -> {
          try (ShardSum sum = sum(layout, true);
              ReceivedSums received = new ReceivedSums(parts)) {
            int numParts = parts.numParts(sum);
            byte[] first = new byte[Math.toIntExact(parts.size(0))];
            assertThat(received.fits(part(0, numParts, Payload.of(first)))).isTrue();
            assertThat(received.fits(part(0, numParts + 1, Payload.of(first)))).isFalse();
            assertThat(received.fits(part(0, numParts, Payload.of(new byte[8])))).isFalse();
            assertThat(received.fits(part(numParts - 1, numParts, Payload.of(new byte[12]))))
                .isFalse();
            assertThat(received.fits(part(0, 1, Payload.of(new byte[16])))).isTrue();
          }
        });
  }
}

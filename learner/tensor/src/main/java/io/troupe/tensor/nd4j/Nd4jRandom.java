package io.troupe.tensor.nd4j;

import static io.troupe.tensor.nd4j.Operands.read;
import static io.troupe.tensor.nd4j.Operands.write;

import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.RandomOps;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.random.Philox;
import java.util.function.LongToDoubleFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Random tensors. The bits come from {@link Philox} itself: a FLOAT32 element takes one word
 * (element i word i), a FLOAT64 element two; dropout uses one word per element in either type. ND4J
 * computes the numbers from the bits.
 */
final class Nd4jRandom implements RandomOps {

  @Override
  public void uniform(Tensor out, Philox generator) {
    Writes.to(out);
    if (out.numel() == 0) {
      return;
    }
    LongToDoubleFunction draw =
        out.dtype() == DType.FLOAT32
            ? i -> uniform24(generator, i)
            : i -> uniform53(generator, 2 * i);
    write(out, draws(out, draw));
  }

  @Override
  public void normal(Tensor out, Philox generator) {
    Writes.to(out);
    if (out.numel() == 0) {
      return;
    }
    // Elements 2j and 2j + 1 are the two coordinates of one point.
    boolean single = out.dtype() == DType.FLOAT32;
    INDArray u =
        draws(
            out,
            single
                ? i -> (unsigned(generator, i & ~1L) + 1) * 0x1p-32
                : i -> 1 - uniform53(generator, 4 * (i / 2)));
    INDArray turn =
        draws(
            out,
            single
                ? i -> unsigned(generator, i | 1) * 0x1p-32
                : i -> uniform53(generator, 4 * (i / 2) + 2));
    INDArray isSecond = draws(out, i -> i & 1).gt(0);
    INDArray radius = Functions.sqrt(Functions.log(u).muli(-2));
    INDArray angle = turn.muli(2 * Math.PI);
    INDArray coordinate =
        Functions.select(isSecond, Transforms.sin(angle, true), Transforms.cos(angle, true));
    write(out, radius.muli(coordinate));
  }

  @Override
  public void dropout(Tensor out, Tensor a, double p, Philox generator) {
    Writes.to(out);
    if (out.numel() == 0) {
      return;
    }
    INDArray kept = draws(out, i -> uniform24(generator, i)).gte(p);
    INDArray x = read(a);
    write(out, Functions.select(kept, x.mul(1 / (1 - p)), Functions.zerosLike(x)));
  }

  private static INDArray draws(Tensor out, LongToDoubleFunction draw) {
    double[] draws = new double[Math.toIntExact(out.numel())];
    for (int i = 0; i < draws.length; i++) {
      draws[i] = draw.applyAsDouble(i);
    }
    return Nd4j.createFromArray(draws);
  }

  private static double unsigned(Philox generator, long word) {
    return generator.word(word) & 0xFFFFFFFFL;
  }

  /** The upper 24 bits of a word as a number in [0, 1). */
  private static double uniform24(Philox generator, long word) {
    return (generator.word(word) >>> 8) * 0x1p-24;
  }

  /** 53 bits of two words as a number in [0, 1). */
  private static double uniform53(Philox generator, long firstWord) {
    long high = generator.word(firstWord) & 0xFFFFFFFFL;
    return ((high << 21) | (generator.word(firstWord + 1) >>> 11)) * 0x1p-53;
  }
}

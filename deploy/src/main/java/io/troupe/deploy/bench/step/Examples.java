package io.troupe.deploy.bench.step;

import io.troupe.nn.registry.BuiltModel;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes the batch of a workload from random numbers. */
@FunctionalInterface
interface Examples {
  /**
   * Makes a batch.
   *
   * @param size number of examples
   */
  MiniBatch batch(BuiltModel<?> model, int size);

  /** Images or sequences in [0, 1), and nothing else. */
  static Examples inputs(int... sizes) {
    return (_, size) -> new MiniBatch(1, size, input(size, sizes));
  }

  /** Images or sequences in [0, 1) with a class each. */
  static Examples labeled(int... sizes) {
    return (model, size) -> {
      int classes = Integer.parseInt(model.settings().values().get("num_classes"));
      Map<String, ArrayData> arrays = input(size, sizes);
      arrays.put("target", new ArrayData.Ints(wholes(3, 0, classes, size), size));
      return new MiniBatch(1, size, arrays);
    };
  }

  /** Images in [0, 1) with a mask of zeros and ones. */
  static Examples masked(int channels, int height, int width) {
    return (_, size) -> {
      int[] mask = {size, 1, height, width};
      float[] values = numbers(4, mask);
      for (int i = 0; i < values.length; i++) {
        values[i] = values[i] > 0.5 ? 1 : 0;
      }
      Map<String, ArrayData> arrays = input(size, channels, height, width);
      arrays.put("target", new ArrayData.Floats(values, mask));
      return new MiniBatch(1, size, arrays);
    };
  }

  /** Images in [0, 1) with a caption each, which ends with its largest token id. */
  static Examples captioned(int channels, int side, int length) {
    return (model, size) -> {
      int end = model.imageTextModel().orElseThrow().config().text().eosTokenId();
      int[] ids = wholes(5, 1, end, size * length);
      for (int text = 1; text <= size; text++) {
        ids[text * length - 1] = end;
      }
      Map<String, ArrayData> arrays = input(size, channels, side, side);
      arrays.put("caption", new ArrayData.Ints(ids, size, length));
      return new MiniBatch(1, size, arrays);
    };
  }

  /** Texts of BERT without padding; ids below 1,000 are not words. */
  static Examples texts(int length) {
    return (model, size) -> {
      int words = model.maskFiller().orElseThrow().config().vocabSize();
      int count = size * length;
      int[] mask = new int[count];
      Arrays.fill(mask, 1);
      Map<String, ArrayData> arrays = new LinkedHashMap<>();
      arrays.put("input_ids", new ArrayData.Ints(wholes(2, 1000, words, count), size, length));
      arrays.put("token_type_ids", new ArrayData.Ints(new int[count], size, length));
      arrays.put("attention_mask", new ArrayData.Ints(mask, size, length));
      return new MiniBatch(1, size, arrays);
    };
  }

  private static Map<String, ArrayData> input(int batch, int... sizes) {
    int[] all = new int[sizes.length + 1];
    all[0] = batch;
    System.arraycopy(sizes, 0, all, 1, sizes.length);
    Map<String, ArrayData> arrays = new LinkedHashMap<>();
    arrays.put("input", new ArrayData.Floats(numbers(2, all), all));
    return arrays;
  }

  /** Numbers in [0, 1). */
  private static float[] numbers(long seed, int... sizes) {
    float[] values = new float[Arrays.stream(sizes).reduce(1, Math::multiplyExact)];
    Philox random = Philox.of(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.uniform(i);
    }
    return values;
  }

  /** Numbers from {@code least} on, below {@code end}. */
  private static int[] wholes(long seed, int least, int end, int count) {
    Philox random = Philox.of(seed);
    int[] values = new int[count];
    Arrays.setAll(values, i -> least + (int) ((end - least) * random.uniform(i)));
    return values;
  }
}

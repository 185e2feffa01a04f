package io.troupe.tensor.backend;

import static io.troupe.tensor.backend.Agreement.COMPUTED;
import static io.troupe.tensor.backend.Agreement.SIZES;

import io.troupe.tensor.DType;
import io.troupe.tensor.RandomTensors;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IndexingAgreementTest {
  private static final int[][] ORDERS = {
    {0, 1, 2, 3}, {1, 0, 2, 3}, {0, 2, 1, 3}, {0, 1, 3, 2}, {3, 2, 1, 0}, {2, 3, 0, 1}, {3, 0, 1, 2}
  };

  @AutoClose private static final Agreement AGREEMENT = new Agreement();

  private static Tensor ofAnyType(
      Backend backend, RandomTensors random, DType dtype, int... sizes) {
    Tensor tensor = Tensor.empty(dtype, Shape.of(sizes));
    backend.elementwise().copy(tensor, random.uniform(DType.FLOAT64, tensor.shape(), -100, 100));
    return tensor;
  }

  @ParameterizedTest
  @EnumSource
  void permute(DType dtype) {
    for (int size : SIZES) {
      checkPermute(dtype, new int[] {1, 0}, 3, size);
      checkPermute(dtype, new int[] {1, 0}, size, 17);
      checkPermute(dtype, new int[] {0}, size);
    }
    for (int[] order : ORDERS) {
      checkPermute(dtype, order, 2, 3, 5, 7);
      checkPermute(dtype, order, 1, 17, 1, 9);
      checkPermute(dtype, order, 2, 0, 3, 1);
    }
    checkPermute(dtype, new int[] {}, new int[] {});
  }

  private static void checkPermute(DType dtype, int[] order, int... sizes) {
    AGREEMENT.check(
        "permute " + dtype + " " + Shape.of(sizes) + " by " + Shape.of(order),
        0,
        (backend, random) -> {
          int[] permuted = new int[order.length];
          for (int i = 0; i < order.length; i++) {
            permuted[i] = sizes[order[i]];
          }
          Tensor out = Tensor.empty(dtype, Shape.of(permuted));
          backend.indexing().permute(out, ofAnyType(backend, random, dtype, sizes), order);
          return List.of(out);
        });
  }

  @ParameterizedTest
  @EnumSource
  void regions(DType dtype) {
    for (int size : SIZES) {
      for (int dim = 0; dim < 3; dim++) {
        int along = dim;
        AGREEMENT.check(
            "region of " + size + " in dimension " + dim + " of " + dtype,
            0,
            (backend, random) -> {
              Tensor whole = ofAnyType(backend, random, dtype, wider(along, size + 3));
              Tensor part = Tensor.empty(dtype, Shape.of(wider(along, size)));
              backend.indexing().readRegion(part, whole, along, 2);
              Tensor other = ofAnyType(backend, random, dtype, wider(along, size));
              backend.indexing().writeRegion(whole, other, along, 1);
              return List.of(part, whole);
            });
      }
    }
  }

  @Test
  void addRegion() {
    for (DType dtype : COMPUTED) {
      for (int size : SIZES) {
        for (int dim = 0; dim < 3; dim++) {
          int along = dim;
          AGREEMENT.check(
              "add region of " + size + " in dimension " + dim + " of " + dtype,
              1,
              (backend, random) -> {
                Tensor whole = random.of(dtype, wider(along, size + 3));
                backend.indexing().addRegion(whole, random.of(dtype, wider(along, size)), along, 2);
                return List.of(whole);
              });
        }
      }
    }
  }

  private static int[] wider(int dim, int size) {
    int[] sizes = {2, 3, 2};
    sizes[dim] = size;
    return sizes;
  }

  @Test
  void embedding() {
    for (DType dtype : COMPUTED) {
      for (int features : SIZES) {
        for (int numIds : new int[] {0, 1, 31}) {
          AGREEMENT.check(
              "embedding of " + numIds + " ids, " + features + " features, " + dtype,
              16,
              (backend, random) -> {
                Tensor weight = random.of(dtype, 5, features);
                Tensor ids = random.ints(Shape.of(numIds), 0, 5);
                Tensor out = Tensor.empty(dtype, Shape.of(numIds, features));
                backend.indexing().embedding(out, weight, ids);
                Tensor dWeight = random.of(dtype, 5, features);
                backend.indexing().embeddingGrad(dWeight, random.of(dtype, numIds, features), ids);
                return List.of(out, dWeight);
              });
        }
      }
    }
  }

  @Test
  void gather() {
    for (DType dtype : COMPUTED) {
      for (int columns : SIZES) {
        for (int picks : new int[] {0, 1, 9}) {
          if (columns == 0 && picks > 0) {
            continue;
          }
          AGREEMENT.check(
              "gather of " + picks + " from " + columns + " columns, " + dtype,
              16,
              (backend, random) -> {
                Tensor a = random.of(dtype, 3, columns);
                Tensor index = random.ints(Shape.of(3, picks), 0, Math.max(1, columns));
                Tensor out = Tensor.empty(dtype, index.shape());
                backend.indexing().gather(out, a, index);
                Tensor da = random.of(dtype, 3, columns);
                backend.indexing().gatherGrad(da, random.of(dtype, 3, picks), index);
                return List.of(out, da);
              });
        }
      }
    }
  }
}

package io.troupe.training.alternating;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImagePoolTest {
  private static final int SIZE = 5;

  private final Engine engine = Engine.of(CpuBackend.create(1));
  private Scope scope;

  @BeforeEach
  void open() {
    scope = engine.open("test");
  }

  @AfterEach
  void close() {
    scope.close();
    engine.close();
  }

  /** An image of one pixel with a number that tells it from others. */
  private static Tensor images(int... numbers) {
    float[] values = new float[numbers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers[i];
    }
    return Tensor.of(values, numbers.length, 1, 1, 1);
  }

  @Test
  void imagesAreReturnedUntilThePoolIsFull() {
    ImagePool pool = new ImagePool(SIZE, Shape.of(1, 1, 1));
    assertThat(pool.exchange(images(1, 2, 3), Philox.of(1)).toFloats()).containsExactly(1, 2, 3);
    assertThat(pool.exchange(images(4, 5), Philox.of(2)).toFloats()).containsExactly(4, 5);
  }

  @Test
  void halfOfTheReturnedImagesAreOlderOnesAndEachIsReturnedOnce() {
    ImagePool pool = new ImagePool(SIZE, Shape.of(1, 1, 1));
    pool.exchange(images(0, 1, 2, 3, 4), Philox.of(1));
    List<Integer> returned = new ArrayList<>();
    int numOlder = 0;
    for (int i = SIZE; i < 1000; i++) {
      int number = (int) pool.exchange(images(i), Philox.of(i)).item();
      numOlder += number == i ? 0 : 1;
      returned.add(number);
    }
    assertThat(numOlder).isBetween(450, 550); // 497 expected, standard deviation 16
    Set<Integer> all = new HashSet<>(returned);
    assertThat(all).hasSameSizeAs(returned);
    for (float held : pool.stateDict().get("images").toFloats()) {
      assertThat(all.add((int) held)).isTrue();
    }
    assertThat(all).hasSize(1000); // none is lost
  }
}

package io.troupe.streams.flight.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchingTest {
  @Test
  void tokensWaitForTheirNumber() {
    Batching batching = new Batching.Tokens(3);
    assertThat(batching.delayNs(1, Batching.Row.FIRST, 7)).isEqualTo(Batching.NOT_YET);
    assertThat(batching.delayNs(2, Batching.Row.INNER, 7)).isEqualTo(Batching.NOT_YET);
    assertThat(batching.delayNs(3, Batching.Row.INNER, 7)).isZero();
    assertThat(batching.delayNs(4, Batching.Row.FIRST, 7)).isZero();
  }

  @Test
  void millisecondsEndAtMultiplesOfThePeriod() {
    Batching batching = new Batching.Milliseconds(2);
    assertThat(batching.delayNs(1, Batching.Row.FIRST, 7)).isZero();
    assertThat(batching.delayNs(1, Batching.Row.INNER, 7)).isEqualTo(2_000_000 - 7);
    assertThat(batching.delayNs(1, Batching.Row.INNER, 5_999_999)).isEqualTo(1);
    assertThat(batching.delayNs(1, Batching.Row.INNER, -1)).isEqualTo(1);
    assertThat(batching.delayNs(9, Batching.Row.END, 7)).isEqualTo(500_000);
    assertThat(batching.delayNs(9, Batching.Row.END, 5_999_999)).isEqualTo(1);
    assertThat(batching.delayNs(Batching.MAX_ROWS, Batching.Row.INNER, 7)).isZero();
  }
}

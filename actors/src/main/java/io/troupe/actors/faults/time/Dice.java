package io.troupe.actors.faults.time;

import java.time.Duration;
import java.util.List;

/**
 * The random choices of a simulation: SplitMix64 (Steele, Lea and Flood 2014, <a
 * href="https://doi.org/10.1145/2660193.2660195">doi:10.1145/2660193.2660195</a>), whose values do
 * not depend on the JDK. Each purpose has dice of its own, so that a further choice for one purpose
 * does not change those of another.
 */
public final class Dice {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  /**
   * The dice of a purpose.
   *
   * @param seed of the simulation
   * @param purpose such as {@code network}
   */
  public Dice(long seed, String purpose) {
    state = mix(seed * GOLDEN_GAMMA + purpose.hashCode());
  }

  /** Distributes the bits of a value over the whole result: the last step of SplitMix64. */
  public static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** 64 random bits. */
  public long bits() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** A number from 0 to 1, 1 excluded. */
  public double uniform() {
    return (bits() >>> 11) * 0x1.0p-53;
  }

  /** True with a probability from 0 to 1. */
  public boolean chance(double probability) {
    return probability > 0 && uniform() < probability;
  }

  /** A number from {@code low} to {@code high}, both included. */
  public long between(long low, long high) {
    return low + Long.remainderUnsigned(bits(), high - low + 1);
  }

  /** A number from {@code low} to {@code high}, both included. */
  public int between(int low, int high) {
    return (int) between((long) low, high);
  }

  /** A duration from {@code low} to {@code high}. */
  public Duration between(Duration low, Duration high) {
    return Duration.ofNanos(between(low.toNanos(), high.toNanos()));
  }

  /** One of the values of a list that is not empty. */
  public <T> T pick(List<T> values) {
    return values.get(between(0, values.size() - 1));
  }
}

package io.troupe.tensor.random;

/**
 * The counter-based generator Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy
 * as 1, 2, 3").
 *
 * <p>A number is a function of the key and its counter: nothing is carried from draw to draw, so
 * draws can be made in any order, on any thread or node. {@link #derive} gives independent streams
 * for parts of a run.
 *
 * @param key0 low word of the key
 * @param key1 high word of the key
 * @param counter2 third word of the counter, which names the stream
 * @param counter3 fourth word of the counter, which names the stream
 */
public record Philox(int key0, int key1, int counter2, int counter3) {
  private static final int M0 = 0xD2511F53;
  private static final int M1 = 0xCD9E8D57;
  private static final int W0 = 0x9E3779B9;
  private static final int W1 = 0xBB67AE85;

  /** The generator of a seed. */
  public static Philox of(long seed) {
    return new Philox((int) seed, (int) (seed >>> 32), 0, 0);
  }

  /**
   * An independent generator for a part of the work, such as a group or a layer. The part's number
   * is mixed into the key by the generator itself.
   */
  public Philox derive(long part) {
    int[] block = new int[4];
    block((int) part, (int) (part >>> 32), counter2 ^ 0x5DEECE66, counter3, block);
    return new Philox(block[0], block[1], block[2], block[3]);
  }

  /** Writes the four words of block {@code index} to {@code out[0..3]}. */
  public void block(long index, int[] out) {
    block((int) index, (int) (index >>> 32), counter2, counter3, out);
  }

  /** Word {@code index} of the stream: word {@code index % 4} of block {@code index / 4}. */
  public int word(long index) {
    int[] block = new int[4];
    block(index >>> 2, block);
    return block[(int) (index & 3)];
  }

  /** A uniform double in [0, 1) with 53 random bits; draw {@code index} of the stream. */
  public double uniform(long index) {
    int[] block = new int[4];
    block(index, block);
    long bits = ((block[0] & 0xFFFFFFFFL) << 21) ^ (block[1] & 0xFFFFFFFFL) >>> 11;
    return (bits & ((1L << 53) - 1)) * 0x1p-53;
  }

  private void block(int c0, int c1, int c2, int c3, int[] out) {
    int k0 = key0;
    int k1 = key1;
    for (int round = 0; round < 10; round++) {
      long p0 = (M0 & 0xFFFFFFFFL) * (c0 & 0xFFFFFFFFL);
      long p1 = (M1 & 0xFFFFFFFFL) * (c2 & 0xFFFFFFFFL);
      int next0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      int next2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c1 = (int) p1;
      c3 = (int) p0;
      c0 = next0;
      c2 = next2;
      k0 += W0;
      k1 += W1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
  }
}

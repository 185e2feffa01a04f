package io.troupe.streams.link.frame;

/** Makes the seals of a run. Thread-safe. */
public sealed interface FrameProtection permits RunKey, FrameProtection.Checksums {

  /**
   * A new seal for one direction.
   *
   * @param sender hash of the sender's name
   * @param incarnation incarnation of the sender
   * @param start random number of the sender's start
   * @param receiver hash of the receiver's name and incarnation
   */
  FrameSeal seal(long sender, long incarnation, long start, long receiver);

  /**
   * Runs the code that seals and opens until it is compiled, which takes about half a second of
   * processor time; without it the first megabytes would be slow. Repeated calls have no effect.
   */
  void warmUp();

  /** Checksums without a key, for peers in one process or on a machine that both trust. */
  static FrameProtection checksums() {
    return new Checksums();
  }

  /** CRC-32C. */
  record Checksums() implements FrameProtection {
    @Override
    public FrameSeal seal(long sender, long incarnation, long start, long receiver) {
      return new ChecksumSeal();
    }

    @Override
    public void warmUp() {} // the compiler is quick with it
  }
}

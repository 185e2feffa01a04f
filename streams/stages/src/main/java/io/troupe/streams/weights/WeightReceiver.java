package io.troupe.streams.weights;

import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.troupe.nn.lm.CausalLM;

/**
 * Receives the weights of a model that decodes, in place: from the first frame of a version until
 * {@link #swap} the weights are those of no version, and the model must not decode.
 *
 * <p>Used by the decoding thread only. The caller must close it; repeated calls have no effect.
 */
public final class WeightReceiver implements AutoCloseable {
  private final Subscription subscription;
  private final WeightAssembly assembly;
  private final FragmentAssembler fragments;

  WeightReceiver(Subscription subscription, CausalLM model) {
    this.subscription = subscription;
    this.assembly = new WeightAssembly(WeightSet.of(model));
    this.fragments =
        new FragmentAssembler(
            (buffer, offset, length, _) -> assembly.accept(buffer, offset, length));
  }

  /**
   * Processes received frames without waiting. Stops at a complete version, so that it is used
   * before the next one overwrites it.
   *
   * @param maxFrames maximum number of frames
   * @return number of frames
   * @throws WeightTransportException if the link is closed
   */
  public int poll(int maxFrames) {
    if (subscription.isClosed()) {
      throw new WeightTransportException("the link for receiving weights is closed");
    }
    int frames = 0;
    while (frames < maxFrames && !(assembly.delivery() instanceof Delivery.Complete)) {
      if (subscription.poll(fragments, 1) == 0) {
        break;
      }
      frames++;
    }
    return frames;
  }

  /** The state of the newest version. */
  public Delivery delivery() {
    return assembly.delivery();
  }

  /** Number of ignored frames, such as those of an older version. */
  public long numPassedOver() {
    return assembly.numPassedOver();
  }

  /** Whether the weights are those of one version, or as they were at the start. */
  public boolean isWhole() {
    return assembly.isWhole();
  }

  /**
   * Declares the complete version as the one in use.
   *
   * @return the version
   * @throws IllegalStateException if none is complete
   */
  public long swap() {
    if (!(assembly.delivery() instanceof Delivery.Complete(long policyVersion))) {
      throw new IllegalStateException("no version of the weights is complete");
    }
    assembly.swapped(policyVersion);
    return policyVersion;
  }

  @Override
  public void close() {
    subscription.close();
  }
}

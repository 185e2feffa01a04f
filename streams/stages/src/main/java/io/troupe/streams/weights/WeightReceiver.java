package io.troupe.streams.weights;

import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.troupe.nn.lm.CausalLM;

/**
 * Receives the weights of a model that decodes: a version is assembled in a copy while the model
 * decodes with the previous one, and {@link #swapInto} replaces all weights between two decoding
 * steps.
 *
 * <p>Used by the decoding thread only. The caller must close it; repeated calls have no effect.
 */
public final class WeightReceiver implements AutoCloseable {
  private final Subscription subscription;
  private final WeightSet spare;
  private final WeightAssembly assembly;
  private final FragmentAssembler fragments;

  WeightReceiver(Subscription subscription, CausalLM model) {
    this.subscription = subscription;
    this.spare = WeightSet.like(model);
    this.assembly = new WeightAssembly(spare);
    this.fragments =
        new FragmentAssembler(
            (buffer, offset, length, _) -> assembly.accept(buffer, offset, length));
  }

  /**
   * Processes received frames without waiting. Stops at a complete version, so that it can be
   * swapped in before the next one overwrites it.
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

  /**
   * Overwrites the weights of the model with the complete version.
   *
   * @return the version
   * @throws IllegalStateException if none is complete
   */
  public long swapInto(CausalLM model) {
    if (!(assembly.delivery() instanceof Delivery.Complete(long policyVersion))) {
      throw new IllegalStateException("no version of the weights is complete");
    }
    spare.copyTo(model);
    assembly.swapped(policyVersion);
    return policyVersion;
  }

  @Override
  public void close() {
    subscription.close();
    spare.close();
  }
}

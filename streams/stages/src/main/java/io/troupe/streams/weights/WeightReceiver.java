package io.troupe.streams.weights;

import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.troupe.nn.lm.CausalLM;

/**
 * Receives the weights of a model that decodes: a version is assembled beside the model while it
 * goes on decoding with the one before, and {@link #swapInto} exchanges them whole, between two
 * decoding steps.
 *
 * <p>Used by the one thread that decodes. Closed by whoever made it; closing twice is harmless.
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
   * Takes in frames that have arrived, without waiting. Stops where a version is complete, so that
   * it can be swapped in before the next one overwrites it.
   *
   * @param maxFrames how many, at most
   * @return how many there were
   * @throws WeightTransportException if the link is closed
   */
  public int poll(int maxFrames) {
    if (subscription.isClosed()) {
      throw new WeightTransportException("the link that weights arrive by is closed");
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

  /** How far the newest version has come. */
  public Delivery delivery() {
    return assembly.delivery();
  }

  /** Frames that belonged to no version that was wanted, such as those of an older one. */
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

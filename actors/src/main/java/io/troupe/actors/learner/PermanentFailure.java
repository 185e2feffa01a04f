package io.troupe.actors.learner;

import io.troupe.training.optim.NonFiniteLossException;
import java.io.IOException;

/** Marks exceptions that would be thrown again if the learner were restarted. */
public interface PermanentFailure {

  /**
   * Whether a restart from the newest checkpoint cannot resolve a failure: a loss that is not
   * finite, a full disk, data that does not fit the model.
   *
   * @param cause of the failure; null for an exceeded deadline
   */
  static boolean is(Throwable cause) {
    return switch (cause) {
      case NonFiniteLossException _, IOException _, PermanentFailure _, Error _ -> true;
      case IllegalArgumentException _ -> true;
      case null, default -> false;
    };
  }
}

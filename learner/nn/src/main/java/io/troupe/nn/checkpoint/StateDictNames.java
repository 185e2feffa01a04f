package io.troupe.nn.checkpoint;

import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The names of a module's {@code state_dict}. As in PyTorch, a batch norm's {@code
 * num_batches_tracked} is optional: older files do not have it, and the count then starts at 0.
 *
 * @param ignored names that a file may contain although the module does not have them
 * @param otherName a second name under which a file may store a tensor of the module; the name
 *     itself if there is none
 */
public record StateDictNames(Predicate<String> ignored, UnaryOperator<String> otherName)
    implements WeightNames {
  /** The names of the module only. */
  public static final StateDictNames EXACT =
      new StateDictNames(_ -> false, UnaryOperator.identity());

  /** These names; a file may contain further tensors that match {@code ignored}. */
  public static StateDictNames ignoring(Predicate<String> ignored) {
    return new StateDictNames(ignored, UnaryOperator.identity());
  }

  /** These names, or the second name of a tensor. */
  public static StateDictNames withOtherName(UnaryOperator<String> otherName) {
    return new StateDictNames(_ -> false, otherName);
  }

  @Override
  public Optional<String> stored(String tensor, Set<String> files) {
    return Stream.of(tensor, otherName.apply(tensor)).filter(files::contains).findFirst();
  }

  @Override
  public ExtraTensor extra(String stored) {
    return ignored.test(stored) ? ExtraTensor.IGNORED : ExtraTensor.REJECTED;
  }

  @Override
  public boolean mayBeMissing(String tensor) {
    return tensor.endsWith("num_batches_tracked");
  }
}

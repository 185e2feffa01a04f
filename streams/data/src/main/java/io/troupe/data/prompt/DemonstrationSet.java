package io.troupe.data.prompt;

import java.util.List;
import java.util.Optional;

/**
 * The demonstrations of a file.
 *
 * @param demonstrations in the order of the rows
 * @param crossingRows names of the rows in which a token crosses the end of the prompt
 */
public record DemonstrationSet(List<Demonstration> demonstrations, List<String> crossingRows) {

  /** Copies the lists. */
  public DemonstrationSet {
    demonstrations = List.copyOf(demonstrations);
    crossingRows = List.copyOf(crossingRows);
  }

  /** A warning if there are rows in which a token crosses the end of the prompt. */
  public Optional<String> warning() {
    return crossingRows.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the tokens of a prompt must be the first tokens of prompt and completion, but they"
                + " are not in %d of %d demonstrations, first in %s; move white space at the end of"
                    .formatted(crossingRows.size(), demonstrations.size(), crossingRows.getFirst())
                + " a prompt to the start of the completion, and split no word");
  }
}

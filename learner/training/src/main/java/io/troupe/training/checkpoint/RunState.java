package io.troupe.training.checkpoint;

import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.grpo.GrpoTrainer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Where a run stands between two steps, weights and optimizer aside. With {@code max-staleness} 0
 * there are no open groups then; otherwise each open group is in the list of how far it has come,
 * so that a resumed run trains the very samples that the interrupted one would have trained.
 *
 * @param progress of the trainer
 * @param promptPosition prompts drawn so far: the next one's position in the order of the data
 * @param nextGroupId the id that the next issued group gets
 * @param referenceModel folder of the reference model, relative to the folder of the checkpoints,
 *     such as {@code start}; empty when there is none, as with beta 0
 * @param accuracyBefore held-out accuracy before the first step, in [0, 1]; NaN when not measured
 * @param books what has been counted
 * @param issued groups that have no samples yet, in order of their ids
 * @param sampled groups that have no scores yet, in order of their ids
 * @param scored groups that have not been trained yet, in the order in which the learner takes them
 */
public record RunState(
    GrpoTrainer.Progress progress,
    long promptPosition,
    long nextGroupId,
    String referenceModel,
    double accuracyBefore,
    RunBooks books,
    List<GroupSpec> issued,
    List<SampledGroup> sampled,
    List<ScoredGroup> scored) {

  /** Copies the lists and checks that the books balance and no group is there twice. */
  public RunState {
    issued = List.copyOf(issued);
    sampled = List.copyOf(sampled);
    scored = List.copyOf(scored);
    if (progress.step() < 0 || progress.numTokens() < 0 || promptPosition < 0) {
      throw new IllegalArgumentException(
          "a run at step %d with %d tokens and prompt %d: expected no negative number"
              .formatted(progress.step(), progress.numTokens(), promptPosition));
    }
    int open = issued.size() + sampled.size() + scored.size();
    if (books.groupsIssued() != books.groupsTrained() + books.groupsDropped() + open) {
      throw new IllegalArgumentException(
          "the books do not balance: %d groups issued, %d trained, %d dropped, %d open"
              .formatted(books.groupsIssued(), books.groupsTrained(), books.groupsDropped(), open));
    }
    Set<Long> seen = new HashSet<>();
    openGroupIds(issued, sampled, scored)
        .forEach(
            id -> {
              if (id >= nextGroupId || !seen.add(id)) {
                throw new IllegalArgumentException(
                    "group "
                        + id
                        + " is open twice or not issued yet (next is "
                        + nextGroupId
                        + ")");
              }
            });
  }

  private static LongStream openGroupIds(
      List<GroupSpec> issued, List<SampledGroup> sampled, List<ScoredGroup> scored) {
    Stream<GroupSpec> specs =
        Stream.concat(
            issued.stream(),
            Stream.concat(
                sampled.stream().map(SampledGroup::spec),
                scored.stream().map(group -> group.group().spec())));
    return specs.mapToLong(GroupSpec::groupId);
  }

  /** Groups that are neither trained nor dropped. */
  public long groupsOpen() {
    return (long) issued.size() + sampled.size() + scored.size();
  }
}

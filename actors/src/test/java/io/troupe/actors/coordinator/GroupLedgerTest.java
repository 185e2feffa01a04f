package io.troupe.actors.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.Groups;
import io.troupe.actors.ledger.LedgerLimits;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupLedgerTest {
  private static final int WORKER = 1;

  private static GroupLedger ledger(int steps, int groupsPerStep, int maxStaleness) {
    return new GroupLedger(
        new LedgerLimits(steps, groupsPerStep, maxStaleness, 3), Groups::spec, Ledger.empty());
  }

  private static List<Long> giveAll(GroupLedger ledger) {
    List<Long> given = new ArrayList<>();
    for (Optional<GroupSpec> next = ledger.firstWaiting();
        next.isPresent();
        next = ledger.firstWaiting()) {
      ledger.give(next.get().groupId(), WORKER);
      given.add(next.get().groupId());
    }
    return given;
  }

  private static void sampleAndScore(GroupLedger ledger, long groupId, long policyVersion) {
    SampledGroup sampled = Groups.sampled(Groups.spec(groupId), policyVersion);
    ledger.sampled(sampled);
    ledger.scored(Groups.scored(sampled));
  }

  private static void assertBalanced(Ledger state) {
    long dropped = state.groupsDroppedByReason().values().stream().mapToLong(n -> n).sum();
    assertThat(state.groupsIssued())
        .isEqualTo(state.groupsTrained() + dropped + state.groupsOpen());
  }

  @Test
  void onPolicyGenerationWaitsForTheTrainedStep() {
    GroupLedger ledger = ledger(10, 2, 0);
    ledger.issue(false);
    assertThat(ledger.firstWaiting()).isEmpty();

    ledger.issue(true);
    assertThat(giveAll(ledger)).containsExactly(0L, 1L);
    ledger.issue(true);
    assertThat(ledger.firstWaiting()).isEmpty();

    sampleAndScore(ledger, 1, 0);
    assertThat(ledger.takeBatch()).isEmpty();
    sampleAndScore(ledger, 0, 0);
    assertThat(Groups.ids(ledger.takeBatch().orElseThrow())).containsExactly(0L, 1L);

    ledger.issue(false);
    assertThat(ledger.firstWaiting()).isEmpty();
    ledger.trained(1, List.of(0L, 1L), 4);
    ledger.issue(true);
    assertThat(giveAll(ledger)).containsExactly(2L, 3L);
  }

  @Test
  void generationRunsAheadUpToTheBound() {
    GroupLedger ledger = ledger(10, 2, 2);
    ledger.issue(true);
    assertThat(giveAll(ledger)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    for (long id = 0; id < 6; id++) {
      sampleAndScore(ledger, id, 0);
    }
    ledger.takeBatch();
    ledger.issue(false);
    assertThat(ledger.firstWaiting()).isEmpty(); // two groups are trained, four are ahead
    ledger.trained(1, List.of(0L, 1L), 4);
    ledger.issue(true);
    assertThat(giveAll(ledger)).containsExactly(6L, 7L);
  }

  @Test
  void neverIssuesMoreThanTheRunNeeds() {
    GroupLedger ledger = ledger(2, 2, 5);
    ledger.issue(true);
    assertThat(giveAll(ledger)).containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void groupsBeyondTheStalenessBoundAreDroppedAndReplaced() {
    GroupLedger ledger = ledger(10, 1, 1);
    ledger.issue(true);
    giveAll(ledger);
    sampleAndScore(ledger, 0, 0);
    ledger.takeBatch();
    ledger.trained(1, List.of(0L), 2);
    ledger.issue(true);
    giveAll(ledger);
    sampleAndScore(ledger, 2, 1);
    ledger.takeBatch();
    ledger.trained(2, List.of(2L), 2);

    sampleAndScore(ledger, 1, 0); // two versions old at this point

    Ledger state = ledger.state(0);
    assertThat(state.groupsDroppedByReason()).isEqualTo(Map.of("stale", 1L));
    assertBalanced(state);
  }

  @Test
  void groupsThatBecomeStaleWhileWaitingAreDropped() {
    GroupLedger ledger = ledger(10, 1, 1);
    ledger.issue(true);
    giveAll(ledger);
    sampleAndScore(ledger, 0, 0);
    sampleAndScore(ledger, 1, 0);
    ledger.takeBatch();
    ledger.trained(1, List.of(0L), 2);
    ledger.issue(true);
    giveAll(ledger);
    ledger.takeBatch();
    ledger.trained(2, List.of(1L), 2);
    ledger.issue(true);

    assertThat(ledger.state(0).groupsDroppedByReason()).isEmpty();
    sampleAndScore(ledger, 2, 1);
    ledger.takeBatch();
    ledger.trained(3, List.of(2L), 2);
    assertBalanced(ledger.state(0));
  }

  @Test
  void groupIsReissuedUnchangedUntilItsAttemptsAreExhausted() {
    GroupLedger ledger = ledger(10, 1, 0);
    ledger.issue(true);
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThat(giveAll(ledger)).containsExactly(0L);
      ledger.takeBack(WORKER);
    }

    assertThat(ledger.firstWaiting()).isEmpty();
    assertThat(ledger.state(0).groupsDroppedByReason()).isEqualTo(Map.of("rollout-failed", 1L));
    ledger.issue(true);
    assertThat(giveAll(ledger)).containsExactly(1L);
  }

  @Test
  void groupWithoutScoresIsDroppedAndItsReasonsAreCounted() {
    GroupLedger ledger = ledger(10, 1, 0);
    ledger.issue(true);
    giveAll(ledger);
    SampledGroup sampled = Groups.sampled(Groups.spec(0), 0);
    ledger.sampled(sampled);
    ledger.scored(Groups.scored(sampled, new Score.Unscorable("timeout: regex")));

    Ledger state = ledger.state(0);
    assertThat(state.groupsDroppedByReason()).isEqualTo(Map.of("unscorable", 1L));
    assertThat(state.samplesUnscorableByReason()).isEqualTo(Map.of("timeout: regex", 2L));
  }

  @Test
  void groupIsNeverTrainedTwice() {
    GroupLedger ledger = ledger(10, 1, 0);
    ledger.issue(true);
    giveAll(ledger);
    sampleAndScore(ledger, 0, 0);
    ledger.takeBatch();
    ledger.trained(1, List.of(0L), 2);

    assertThatThrownBy(() -> ledger.trained(2, List.of(0L), 2))
        .hasMessage("group 0 is not open, not training");
  }

  @Test
  void resumesFromAStateWithTheSameGroups() {
    GroupLedger before = ledger(10, 2, 1);
    before.issue(true);
    giveAll(before);
    sampleAndScore(before, 0, 0);
    before.sampled(Groups.sampled(Groups.spec(2), 0));
    Ledger state = before.state(4);

    GroupLedger after = new GroupLedger(new LedgerLimits(10, 2, 1, 3), Groups::spec, state);

    assertThat(after.state(4)).usingRecursiveComparison().isEqualTo(state);
    assertThat(giveAll(after)).containsExactly(1L, 3L);
    assertThat(after.beingScored()).hasSize(1);
  }

  /**
   * Under random events each group ends once, the staleness bound holds and the counts are
   * consistent.
   */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void ledgerIsConsistentUnderRandomFailures(long seed) {
    Random random = new Random(seed);
    int groupsPerStep = 1 + random.nextInt(4);
    int maxStaleness = random.nextInt(3);
    int steps = 30;
    GroupLedger ledger = ledger(steps, groupsPerStep, maxStaleness);
    Set<Long> trained = new HashSet<>();
    List<SampledGroup> scoring = new ArrayList<>();
    List<Long> training = List.of();
    long version = 0;
    for (int turn = 0; turn < 20_000 && version < steps; turn++) {
      switch (random.nextInt(6)) {
        case 0 -> ledger.issue(training.isEmpty());
        case 1 -> {
          int worker = 1 + random.nextInt(3);
          ledger.firstWaiting().ifPresent(spec -> ledger.give(spec.groupId(), worker));
        }
        case 2 -> {
          List<Long> decoded = ledger.decodedBy(1 + random.nextInt(3));
          if (!decoded.isEmpty()) {
            long age = Math.min(version, random.nextInt(maxStaleness + 2));
            long id = decoded.get(random.nextInt(decoded.size()));
            SampledGroup group = Groups.sampled(Groups.spec(id), version - age);
            ledger.sampled(group);
            scoring.add(group);
          }
        }
        case 3 -> {
          if (!scoring.isEmpty()) {
            SampledGroup group = scoring.remove(random.nextInt(scoring.size()));
            Score score =
                random.nextInt(5) == 0
                    ? new Score.Unscorable("broken")
                    : new Score.Scored(1, Map.of());
            ledger.scored(Groups.scored(group, score));
          }
        }
        case 4 -> {
          if (random.nextInt(4) == 0) {
            ledger.takeBack(1 + random.nextInt(3));
          }
        }
        default -> {
          if (training.isEmpty()) {
            training = ledger.takeBatch().map(Groups::ids).orElse(List.of());
          } else {
            version++;
            ledger.trained(version, training, 2);
            for (long id : training) {
              assertThat(trained.add(id)).as("group %d, seed %d", id, seed).isTrue();
            }
            training = List.of();
          }
        }
      }
      Ledger state = ledger.state(0);
      assertBalanced(state);
      assertThat(state.groupsOpen())
          .as("open, seed %d", seed)
          .isLessThanOrEqualTo((long) groupsPerStep * (maxStaleness + 1));
    }
    assertThat(version).as("steps, seed %d", seed).isEqualTo(steps);
    assertThat(ledger.state(0).groupsTrained()).isEqualTo((long) steps * groupsPerStep);
    assertThat(ledger.state(0).groupsOpen()).isZero();
  }

  @Test
  void batchIsSortedByIdForAnyOrderOfScores() {
    GroupLedger ledger = ledger(10, 3, 0);
    ledger.issue(true);
    giveAll(ledger);
    sampleAndScore(ledger, 2, 0);
    sampleAndScore(ledger, 0, 0);
    sampleAndScore(ledger, 1, 0);

    List<ScoredGroup> batch = ledger.takeBatch().orElseThrow();
    assertThat(Groups.ids(batch)).containsExactly(0L, 1L, 2L);
  }
}

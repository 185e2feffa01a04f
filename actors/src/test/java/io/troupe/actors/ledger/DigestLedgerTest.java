package io.troupe.actors.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What clustered runs need beyond the local ledger; see GroupLedgerTest for the rest. */
class DigestLedgerTest {
  private final List<String> dropped = new ArrayList<>();

  private DigestLedger ledger(int groupsPerStep, int maxStaleness) {
    return new DigestLedger(
        new LedgerLimits(1000, groupsPerStep, maxStaleness, 2),
        new LedgerStart(0, 0, 0, 0, 0, Map.of(), Map.of()),
        (groupId, reason) -> dropped.add(groupId + " " + reason.label()));
  }

  private static GroupDigest digest(long groupId, long version, int numScored) {
    return new GroupDigest(groupId, version, version, 6, 2, numScored, Map.of());
  }

  @Test
  void releasedGroupsKeepTheirAttempts() {
    DigestLedger ledger = ledger(1, 0);
    ledger.issue(true);
    for (int attempt = 0; attempt < 10; attempt++) {
      assertThat(ledger.give(0, 1)).isEqualTo(attempt);
      ledger.release(0);
    }
    ledger.give(0, 1);
    ledger.failed(0);
    ledger.give(0, 1);
    ledger.sampled(0);
    ledger.release(0); // also from scoring
    assertThat(dropped).isEmpty();
    ledger.give(0, 1);
    ledger.failed(0);
    assertThat(dropped).containsExactly("0 rollout-failed");
  }

  @Test
  void samplesThatAppearElsewhereAreScored() {
    DigestLedger ledger = ledger(1, 0);
    ledger.issue(true);
    ledger.found(0);
    ledger.scored(digest(0, 0, 2));
    assertThat(ledger.takeBatch()).contains(List.of(0L));
    assertThat(ledger.isTraining()).isTrue();
  }

  @Test
  void groupsInTrainingAtTheStartAreTrainedOnce() {
    DigestLedger ledger = ledger(2, 1);
    ledger.addTraining(0);
    ledger.addTraining(1);
    ledger.trained(1, List.of(0L, 1L), 4);
    assertThat(ledger.openIds()).isEmpty();
    assertThat(ledger.groupsTrained()).isEqualTo(2);
  }

  @Test
  void staleGroupsAreReportedWhenAStepIsTrained() {
    DigestLedger ledger = ledger(1, 1);
    ledger.issue(true);
    for (long groupId = 0; groupId < 2; groupId++) {
      ledger.give(groupId, 1);
      ledger.sampled(groupId);
      ledger.scored(digest(groupId, 0, 1));
    }
    ledger.takeBatch();
    ledger.trained(2, List.of(0L), 1);
    assertThat(dropped).containsExactly("1 stale");
    assertThat(ledger.droppedInARow()).isEqualTo(1);
  }
}

package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.ledger.DigestLedger;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The counts of a ledger as figures of a step, under the names of {@code metrics.jsonl}. A learner
 * writes them into the summary: it does not know what happened before it joined.
 *
 * @param groupsTrained groups in committed steps
 * @param groupsDropped groups dropped for any reason
 * @param samplesTrained completions in trained groups that had a score
 * @param samplesUnscorable completions without a score
 * @param tokensGenerated tokens of all samples
 */
public record LedgerFigures(
    long groupsTrained,
    long groupsDropped,
    long samplesTrained,
    long samplesUnscorable,
    long tokensGenerated) {
  private static final String PREFIX = "ledger/";

  static Map<String, Double> of(DigestLedger ledger) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(PREFIX + "groups_trained", (double) ledger.groupsTrained());
    figures.put(PREFIX + "groups_dropped", (double) total(ledger.groupsDropped()));
    figures.put(PREFIX + "samples_trained", (double) ledger.samplesTrained());
    figures.put(PREFIX + "samples_unscorable", (double) total(ledger.samplesUnscorable()));
    figures.put(PREFIX + "tokens_generated", (double) ledger.tokensGenerated());
    return figures;
  }

  private static long total(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Reads the figures of a step; 0 where there are none. */
  public static LedgerFigures read(Map<String, Double> figures) {
    return new LedgerFigures(
        read(figures, "groups_trained"),
        read(figures, "groups_dropped"),
        read(figures, "samples_trained"),
        read(figures, "samples_unscorable"),
        read(figures, "tokens_generated"));
  }

  private static long read(Map<String, Double> figures, String name) {
    return figures.getOrDefault(PREFIX + name, 0.0).longValue();
  }
}

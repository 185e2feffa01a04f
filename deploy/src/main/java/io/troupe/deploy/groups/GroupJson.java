package io.troupe.deploy.groups;

import io.troupe.data.json.FiniteJson;
import io.troupe.deploy.groups.GroupEntry.Outcome;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Prints one JSON object per group.
 *
 * @param out the output
 */
public record GroupJson(PrintWriter out) implements GroupPrinter {

  @Override
  public void print(GroupEntry entry) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("group", entry.groupId());
    line.put("issued", time(entry.issuedMillis()));
    line.put("attempts", entry.attempts());
    line.put("sampled_by", entry.sampledBy());
    line.put("sampled", time(entry.sampledMillis()));
    line.put("scored_by", entry.scoredBy());
    line.put("scored", time(entry.scoredMillis()));
    line.put("num_samples", entry.samples());
    line.put("num_tokens", entry.tokens());
    line.put("policy_version", entry.policyVersion());
    line.put("reward", entry.meanReward());
    line.put("unscorable", new TreeMap<>(entry.unscorable()));
    switch (entry.outcome()) {
      case Outcome.Trained(long step) -> put(line, "trained", step, null);
      case Outcome.InBatch(long step) -> put(line, "in-batch", step, null);
      case Outcome.Dropped(String reason) -> put(line, "dropped", null, reason);
    }
    out.println(FiniteJson.line(line));
  }

  private static void put(Map<String, Object> line, String outcome, Long step, String reason) {
    line.put("outcome", outcome);
    line.put("step", step);
    line.put("reason", reason);
  }

  private static String time(long millis) {
    return millis == 0 ? null : Instant.ofEpochMilli(millis).toString();
  }

  @Override
  public void finish() {}
}

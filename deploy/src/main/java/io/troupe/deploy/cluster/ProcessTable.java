package io.troupe.deploy.cluster;

import java.util.List;
import java.util.Map;

/**
 * The processes of a cluster as a table.
 *
 * @param plan of the cluster
 * @param pids process ids by name
 */
public record ProcessTable(ClusterPlan plan, Map<String, Long> pids) {
  /** The lines. */
  public List<String> lines() {
    return plan.processes().stream()
        .map(
            process ->
                "%-14s process %-8d output %s"
                    .formatted(
                        process.name(),
                        pids.get(process.name()),
                        plan.directory().relativize(process.output())))
        .toList();
  }
}

package io.troupe.actors.cluster.coordinator;

import java.util.Map;

/**
 * The state of a run at its coordinator.
 *
 * @param step steps committed
 * @param groupsIssued groups issued, those of earlier epochs included
 * @param groupsTrained groups in committed steps
 * @param groupsDropped groups dropped by reason
 * @param numOpen groups that are neither trained nor dropped
 * @param numMembers registered nodes, counted in each of their roles
 */
public record CoordinatorStatus(
    long step,
    long groupsIssued,
    long groupsTrained,
    Map<String, Long> groupsDropped,
    long numOpen,
    int numMembers) {}

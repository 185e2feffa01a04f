package io.troupe.actors.replay;

import java.util.Optional;

/**
 * The result of a replay.
 *
 * @param total what was compared and agrees
 * @param difference the first difference; empty if everything agrees
 */
public record ReplayResult(ReplayTotal total, Optional<Difference> difference) {}

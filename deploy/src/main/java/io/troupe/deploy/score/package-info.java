/**
 * Scores given completions for {@code troupe score}: {@link io.troupe.deploy.score.CompletionFile}
 * reads them, {@link io.troupe.deploy.score.RewardMeans} averages, {@link
 * io.troupe.deploy.score.ScorePrinter} prints a table or JSON.
 */
package io.troupe.deploy.score;

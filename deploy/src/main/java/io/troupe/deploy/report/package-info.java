/**
 * What one sees of a run when it has ended: {@link io.troupe.deploy.report.BeforeAfter} is the
 * table, {@link io.troupe.deploy.report.Curves} the picture in the run's folder. Supervised runs
 * have {@link io.troupe.deploy.report.SupervisedCurves} and, as their model is, a {@link
 * io.troupe.deploy.report.ConfusionMatrix}, a {@link io.troupe.deploy.report.PictureGrid} or an
 * {@link io.troupe.deploy.report.EmbeddingPlot}.
 */
package io.troupe.deploy.report;

/**
 * The report of a run when it has ended: {@link io.troupe.deploy.report.BeforeAfter} is the table,
 * {@link io.troupe.deploy.report.Curves} the picture in the run directory. Supervised runs have
 * {@link io.troupe.deploy.report.SupervisedCurves} and, depending on the model, a {@link
 * io.troupe.deploy.report.ConfusionMatrix}, a {@link io.troupe.deploy.report.PictureGrid} or an
 * {@link io.troupe.deploy.report.EmbeddingPlot}.
 */
package io.troupe.deploy.report;

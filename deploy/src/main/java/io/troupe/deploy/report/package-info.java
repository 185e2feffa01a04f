/**
 * What one sees of a run when it has ended: {@link io.troupe.deploy.report.BeforeAfter} is the
 * table, {@link io.troupe.deploy.report.Curves} the picture in the run's folder.
 */
package io.troupe.deploy.report;

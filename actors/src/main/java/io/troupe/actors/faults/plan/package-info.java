/**
 * The cluster of a seed ({@link io.troupe.actors.faults.plan.Scenario}) and the faults that are
 * injected into it ({@link io.troupe.actors.faults.plan.FaultPlan}). Both are functions of the
 * seed.
 */
package io.troupe.actors.faults.plan;

/**
 * Output of {@code troupe faults}: {@link io.troupe.deploy.faults.FaultProgress} while seeds are
 * simulated, and {@link io.troupe.deploy.faults.FaultOutput} for results.
 */
package io.troupe.deploy.faults;

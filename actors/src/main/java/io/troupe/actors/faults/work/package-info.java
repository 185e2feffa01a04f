/**
 * The simulated work of nodes: decoding, scoring and training of a {@link
 * io.troupe.actors.faults.work.HashModel} in virtual time. Any deviation in content or order
 * changes the weights.
 */
package io.troupe.actors.faults.work;

/**
 * The work of the roles, done by real threads and models: what the event-driven cores ask for
 * through their work interfaces. Each class owns one thread, and completes work on the core's.
 */
package io.troupe.actors.cluster.work;

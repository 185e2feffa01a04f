/**
 * The command line. {@link io.troupe.deploy.Troupe} is the entry point; each command is a class
 * that calls the modules below. The exit status is 0 for success, 1 for a failure, 2 for a usage
 * error.
 */
package io.troupe.deploy;

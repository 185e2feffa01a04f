/**
 * The command line. {@link io.troupe.deploy.Troupe} is the entry point that the launcher starts;
 * each command is a class of its own, and all the work is done by the modules below. Exit status 0
 * is success, 1 a failure while working, 2 an error in what was typed.
 */
package io.troupe.deploy;

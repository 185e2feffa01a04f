/**
 * The settings of a run: one validated record per component, read from HOCON. Keys are the names of
 * TRL and transformers in kebab-case, as the flags of the command line; a missing key means the
 * default of the reference library. Read {@link io.troupe.protocols.config.GrpoConfig} first.
 */
package io.troupe.protocols.config;

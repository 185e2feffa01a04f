/**
 * The configuration of a run: one validated record per component, read from HOCON. Each record
 * declares its keys once, as {@link io.troupe.protocols.config.Key}: type, default, range and
 * documentation. Parsing, error messages, the options of the command line and {@code
 * reference.conf} are derived from these declarations. Names are those of TRL, transformers and
 * PyTorch in kebab case. Read {@link io.troupe.protocols.config.GrpoConfig} first.
 */
package io.troupe.protocols.config;

package io.troupe.protocols.config;

/** An entry of a section: a key, or a section inside it. */
public sealed interface ConfigEntry permits Key, Section {
  /** The name in the section around it. */
  String name();

  /** Effect and meaning, in full sentences. */
  String doc();
}

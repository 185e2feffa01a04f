package io.troupe.rollout.jinja.syntax;

import java.util.List;

/** The target of an assignment. */
public sealed interface Target {
  /** A variable. */
  record Variable(String name) implements Target {}

  /** An attribute of a namespace. */
  record NamespaceAttribute(String namespace, String attribute) implements Target {}

  /** Several targets, which the elements of the value are assigned to. */
  record Unpacking(List<Target> targets) implements Target {}
}

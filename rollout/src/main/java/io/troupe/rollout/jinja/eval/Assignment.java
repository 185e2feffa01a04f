package io.troupe.rollout.jinja.eval;

import io.troupe.rollout.jinja.builtin.Operations;
import io.troupe.rollout.jinja.syntax.Target;
import io.troupe.rollout.jinja.value.Iteration;
import io.troupe.rollout.jinja.value.PythonTypes;
import io.troupe.rollout.jinja.value.TemplateException;
import io.troupe.rollout.jinja.value.Value;
import java.util.List;

/** Assigns values to targets. */
final class Assignment {
  private final Operations operations;

  Assignment(Operations operations) {
    this.operations = operations;
  }

  /** Checks that the namespaces of a target exist, before its value is computed. */
  void check(Target target, Frame frame) {
    switch (target) {
      case Target.Variable variable -> {}
      case Target.NamespaceAttribute attribute -> namespace(attribute, frame);
      case Target.Unpacking unpacking -> unpacking.targets().forEach(part -> check(part, frame));
    }
  }

  private static Value.Namespace namespace(Target.NamespaceAttribute target, Frame frame) {
    return frame
        .find(target.namespace())
        .filter(Value.Namespace.class::isInstance)
        .map(Value.Namespace.class::cast)
        .orElseThrow(
            () ->
                TemplateException.of(
                    TemplateException.Kind.RUNTIME,
                    "cannot assign attribute on non-namespace object"));
  }

  /** Assigns a value. */
  void assign(Target target, Value value, Frame frame) {
    switch (target) {
      case Target.Variable variable -> frame.set(variable.name(), value);
      case Target.NamespaceAttribute attribute ->
          namespace(attribute, frame).attributes().put(attribute.attribute(), value);
      case Target.Unpacking unpacking -> unpack(unpacking.targets(), value, frame);
    }
  }

  private void unpack(List<Target> targets, Value value, Frame frame) {
    if (!Iteration.isIterable(value)) {
      throw TemplateException.type(
          "cannot unpack non-iterable " + PythonTypes.nameOf(value) + " object");
    }
    List<Value> parts = operations.iteration().toList(value);
    if (parts.size() > targets.size()) {
      throw TemplateException.value("too many values to unpack (expected " + targets.size() + ")");
    }
    if (parts.size() < targets.size()) {
      throw TemplateException.value(
          "not enough values to unpack (expected "
              + targets.size()
              + ", got "
              + parts.size()
              + ")");
    }
    for (int i = 0; i < parts.size(); i++) {
      assign(targets.get(i), parts.get(i), frame);
    }
  }
}

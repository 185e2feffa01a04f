package io.troupe.rollout.jinja.builtin;

import io.troupe.rollout.jinja.value.TemplateException;

/** Errors of functions. */
final class Failures {
  private Failures() {}

  static TemplateException runtime(String detail) {
    return TemplateException.of(TemplateException.Kind.RUNTIME, detail);
  }

  static TemplateException unsupported(String what) {
    return TemplateException.of(TemplateException.Kind.UNSUPPORTED, what + " is not supported");
  }
}

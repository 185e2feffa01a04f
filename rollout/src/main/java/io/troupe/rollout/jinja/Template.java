package io.troupe.rollout.jinja;

import io.troupe.rollout.jinja.builtin.Builtins;
import io.troupe.rollout.jinja.eval.Renderer;
import io.troupe.rollout.jinja.syntax.Parser;
import io.troupe.rollout.jinja.syntax.ScopeAnalysis;
import io.troupe.rollout.jinja.syntax.ScopeLayout;
import io.troupe.rollout.jinja.syntax.Statement;
import io.troupe.rollout.jinja.value.Budget;
import io.troupe.rollout.jinja.value.RenderLimits;
import io.troupe.rollout.jinja.value.TemplateException;
import io.troupe.rollout.jinja.value.Value;
import java.time.Clock;
import java.util.Map;

/**
 * A Jinja template in the environment that transformers gives to chat templates: {@code
 * trim_blocks}, {@code lstrip_blocks}, {@code break} and {@code continue}, {@code generation}, the
 * filter {@code tojson} without HTML escapes, {@code raise_exception}, {@code strftime_now}, no
 * automatic escapes, and an immutable sandbox. Immutable and thread-safe.
 *
 * <p>Differences from Jinja: inheritance, imports, recursive loops, {@code autoescape}, and some
 * rarely used filters and methods are errors of the kind {@code UNSUPPORTED}. Steps, lengths and
 * nesting have limits.
 */
public final class Template {
  /** The longest template in characters; published ones have fewer than 20,000. */
  static final int MAX_LENGTH = 1 << 20;

  private final Statement.Scope root;
  private final Map<Object, ScopeLayout> layouts;

  private Template(Statement.Scope root, Map<Object, ScopeLayout> layouts) {
    this.root = root;
    this.layouts = layouts;
  }

  /**
   * Parses a template.
   *
   * @throws TemplateException if it is not valid or exceeds a limit
   */
  public static Template compile(String source) {
    if (source.length() > MAX_LENGTH) {
      throw TemplateException.of(
          TemplateException.Kind.LIMIT,
          "a template must have at most " + MAX_LENGTH + " characters, got " + source.length());
    }
    Statement.Scope root = Parser.parse(source);
    NameCheck.check(root, new Builtins(new Budget(RenderLimits.DEFAULT), Clock.systemUTC()));
    return new Template(root, ScopeAnalysis.of(root));
  }

  /**
   * Renders the template.
   *
   * @param variables by name
   * @param limits on steps, lengths and nesting
   * @param clock for {@code strftime_now}
   * @throws TemplateException if it fails; never another exception
   */
  public String render(Map<String, Value> variables, RenderLimits limits, Clock clock) {
    Builtins builtins = new Builtins(new Budget(limits), clock);
    return new Renderer(builtins, layouts, variables).render(root);
  }
}

package io.troupe.rollout.jinja.eval;

import io.troupe.rollout.jinja.builtin.Builtins;
import io.troupe.rollout.jinja.syntax.Expression;
import io.troupe.rollout.jinja.syntax.ScopeLayout;
import io.troupe.rollout.jinja.syntax.Statement;
import io.troupe.rollout.jinja.value.Budget;
import io.troupe.rollout.jinja.value.TemplateException;
import io.troupe.rollout.jinja.value.Truth;
import io.troupe.rollout.jinja.value.Value;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Renders a template once. */
public final class Renderer {
  private final Builtins builtins;
  private final Budget budget;
  private final Evaluator evaluator;
  private final Assignment assignment;
  private final Map<Object, ScopeLayout> layouts;
  private final Map<String, Value> variables;
  private StringBuilder out = new StringBuilder();

  /** Where the execution of a loop's body continues. */
  private enum Flow {
    NEXT,
    CONTINUE,
    BREAK
  }

  /**
   * Prepares the rendering.
   *
   * @param layouts of all scopes
   * @param variables of the template, by name
   */
  public Renderer(
      Builtins builtins, Map<Object, ScopeLayout> layouts, Map<String, Value> variables) {
    this.builtins = builtins;
    this.budget = builtins.operations().budget();
    this.evaluator = new Evaluator(builtins);
    this.assignment = new Assignment(builtins.operations());
    this.layouts = layouts;
    this.variables = variables;
  }

  /**
   * The rendered text.
   *
   * @throws TemplateException if the template fails
   */
  public String render(Statement.Scope root) {
    runAll(root.statements(), enter(root, Optional.empty()));
    return out.toString();
  }

  Frame enter(Statement.Scope scope, Optional<Frame> outer) {
    return Frame.enter(outer, layouts.get(scope), this::resolve);
  }

  private Optional<Value> resolve(String name) {
    return Optional.ofNullable(variables.get(name)).or(() -> builtins.global(name));
  }

  Value evaluate(Expression expression, Frame frame) {
    return evaluator.evaluate(expression, frame);
  }

  Budget budget() {
    return budget;
  }

  /** The text that statements print. */
  String capture(List<Statement> statements, Frame frame) {
    StringBuilder around = out;
    out = new StringBuilder();
    runAll(statements, frame);
    String text = out.toString();
    out = around;
    budget.chargeText(text.length());
    return text;
  }

  private void print(String text) {
    out.append(text);
    budget.chargeText(text.length());
    budget.checkLength(out.length());
  }

  private Flow runAll(List<Statement> statements, Frame frame) {
    for (Statement statement : statements) {
      Flow flow = run(statement, frame);
      if (flow != Flow.NEXT) {
        return flow;
      }
    }
    return Flow.NEXT;
  }

  private Flow run(Statement statement, Frame frame) {
    budget.step();
    budget.enter();
    try {
      Flow flow = dispatch(statement, frame);
      budget.leave();
      return flow;
    } catch (TemplateException e) {
      throw e.atLine(statement.line());
    }
  }

  private Flow dispatch(Statement statement, Frame frame) {
    switch (statement) {
      case Statement.Data data -> print(data.text());
      case Statement.Print value -> print(text(evaluate(value.value(), frame)));
      case Statement.If condition -> {
        return runCondition(condition, frame);
      }
      case Statement.For loop -> runLoop(loop, frame);
      case Statement.Set set -> {
        assignment.check(set.target(), frame);
        assignment.assign(set.target(), evaluate(set.value(), frame), frame);
      }
      case Statement.SetBlock block -> setBlock(block, frame);
      case Statement.Macro macro ->
          frame.set(
              macro.name(),
              new MacroFunction(this, macro.name(), macro.signature(), macro.body(), frame));
      case Statement.CallBlock call -> callWithBlock(call, frame);
      case Statement.Generation generation ->
          print(capture(generation.body().statements(), enter(generation.body(), around(frame))));
      case Statement.FilterBlock block -> filterBlock(block, frame);
      case Statement.With with -> {
        return runWith(with, frame);
      }
      case Statement.Break end -> {
        return Flow.BREAK;
      }
      case Statement.Continue next -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.NEXT;
  }

  private static Optional<Frame> around(Frame frame) {
    return Optional.of(frame);
  }

  private String text(Value value) {
    return builtins.operations().text().str(value);
  }

  private Flow runCondition(Statement.If condition, Frame frame) {
    for (Statement.Branch branch : condition.branches()) {
      if (Truth.of(evaluate(branch.test(), frame))) {
        return runAll(branch.body(), frame);
      }
    }
    return runAll(condition.otherwise(), frame);
  }

  private void runLoop(Statement.For loop, Frame frame) {
    Value iterable = evaluate(loop.iterable(), frame);
    Iterator<Value> items = builtins.operations().iteration().of(iterable);
    LoopValue state =
        loop.test().isPresent()
            ? new LoopValue(
                filtered(loop, items, frame), Optional.empty(), builtins.operations().comparison())
            : new LoopValue(
                items, LoopValue.lengthOf(iterable), builtins.operations().comparison());
    boolean visited = false;
    while (state.hasNext()) {
      budget.step();
      Frame body = enter(loop.body(), around(frame));
      assignment.assign(loop.target(), state.next(), body);
      if (body.hasParameter("loop")) {
        body.set("loop", state);
      }
      Flow flow = runAll(loop.body().statements(), body);
      visited |= flow == Flow.NEXT; // an iteration that is cut short does not count, as in Jinja
      if (flow == Flow.BREAK) {
        break;
      }
    }
    if (!visited) {
      runAll(loop.otherwise().statements(), enter(loop.otherwise(), around(frame)));
    }
  }

  private Iterator<Value> filtered(Statement.For loop, Iterator<Value> items, Frame frame) {
    Statement.Filtered test = loop.test().orElseThrow();
    return new FilteredItems(
        items,
        item -> {
          budget.step();
          Frame scope = enter(test.scope(), around(frame));
          assignment.assign(loop.target(), item, scope);
          return Truth.of(evaluate(test.test(), scope));
        });
  }

  private void setBlock(Statement.SetBlock block, Frame frame) {
    Frame inner = enter(block.body(), around(frame));
    Value text = Value.text(capture(block.body().statements(), inner));
    assignment.check(block.target(), frame);
    Value value =
        block
            .filter()
            .map(filter -> evaluator.filter(filter, Optional.of(text), inner))
            .orElse(text);
    assignment.assign(block.target(), value, frame);
  }

  private void callWithBlock(Statement.CallBlock call, Frame frame) {
    Value caller = new MacroFunction(this, "None", call.signature(), call.body(), frame);
    print(text(evaluator.call(call.call(), Optional.of(caller), frame)));
  }

  private void filterBlock(Statement.FilterBlock block, Frame frame) {
    Frame inner = enter(block.body(), around(frame));
    Value text = Value.text(capture(block.body().statements(), inner));
    print(text(evaluator.filter(block.filter(), Optional.of(text), inner)));
  }

  private Flow runWith(Statement.With with, Frame frame) {
    Frame inner = enter(with.body(), around(frame));
    List<Value> values = new ArrayList<>();
    with.values().forEach(value -> values.add(evaluate(value, frame)));
    for (int i = 0; i < values.size(); i++) {
      assignment.assign(with.targets().get(i), values.get(i), inner);
    }
    return runAll(with.body().statements(), inner);
  }
}

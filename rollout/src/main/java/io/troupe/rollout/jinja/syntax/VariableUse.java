package io.troupe.rollout.jinja.syntax;

import java.util.List;

/** Whether statements read a variable that they do not assign first. */
final class VariableUse {
  private final String name;
  private boolean assigned;
  private boolean read;

  private VariableUse(String name) {
    this.name = name;
  }

  static boolean reads(List<Statement> statements, String name) {
    VariableUse use = new VariableUse(name);
    statements.forEach(use::visit);
    return use.read;
  }

  private void visit(Expression expression) {
    if (expression instanceof Expression.Name variable && variable.name().equals(name)) {
      read |= !assigned;
    }
    Children.of(expression).forEach(this::visit);
  }

  private void visit(Statement statement) {
    switch (statement) {
      case Statement.For loop -> assign(loop.target());
      case Statement.Set set -> assign(set.target());
      case Statement.SetBlock block -> assign(block.target());
      case Statement.Macro macro -> assignAll(macro.signature());
      case Statement.CallBlock call -> visit(call.call());
      case Statement.With with -> with.targets().forEach(this::assign);
      default -> {} // assigns nothing
    }
    if (statement instanceof Statement.CallBlock call) {
      assignAll(call.signature());
      call.signature().defaults().forEach(this::visit);
    } else {
      Children.expressionsOf(statement).forEach(this::visit);
    }
    Children.statementsOf(statement).forEach(this::visit);
  }

  private void assignAll(Statement.Signature signature) {
    assigned |= signature.parameters().contains(name);
  }

  private void assign(Target target) {
    switch (target) {
      case Target.Variable variable -> assigned |= variable.name().equals(name);
      case Target.NamespaceAttribute attribute -> {}
      case Target.Unpacking unpacking -> unpacking.targets().forEach(this::assign);
    }
  }
}

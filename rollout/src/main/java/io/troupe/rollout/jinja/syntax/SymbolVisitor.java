package io.troupe.rollout.jinja.syntax;

import java.util.ArrayList;
import java.util.List;

/** Collects the variables of one scope, in the order of Jinja's {@code FrameSymbolVisitor}. */
final class SymbolVisitor {
  private final Symbols symbols;

  SymbolVisitor(Symbols symbols) {
    this.symbols = symbols;
  }

  void visitAll(List<Statement> statements) {
    statements.forEach(this::visit);
  }

  void visit(Expression expression) {
    if (expression instanceof Expression.Name name) {
      symbols.load(name.name());
    }
    Children.of(expression).forEach(this::visit);
  }

  private void visit(Statement statement) {
    switch (statement) {
      case Statement.Data data -> {}
      case Statement.Print print -> visit(print.value());
      case Statement.If branch -> visitBranches(branch);
      case Statement.For loop -> visit(loop.iterable());
      case Statement.Set set -> {
        visit(set.value());
        assign(set.target());
      }
      case Statement.SetBlock block -> assign(block.target());
      case Statement.Macro macro -> symbols.store(macro.name());
      case Statement.CallBlock call -> visit(call.call());
      case Statement.Generation generation -> {}
      case Statement.FilterBlock block -> visit(block.filter());
      case Statement.With with -> with.values().forEach(this::visit);
      case Statement.Break end -> {}
      case Statement.Continue next -> {}
    }
  }

  private void visitBranches(Statement.If condition) {
    visit(condition.branches().getFirst().test());
    List<Symbols> parts = new ArrayList<>();
    parts.add(branch(condition.branches().getFirst().body()));
    Symbols others = symbols.branch(); // each elif continues the one before
    for (Statement.Branch elif : condition.branches().subList(1, condition.branches().size())) {
      SymbolVisitor visitor = new SymbolVisitor(others);
      visitor.visit(elif.test());
      Symbols body = others.branch();
      new SymbolVisitor(body).visitAll(elif.body());
      others.merge(List.of(body, others.branch(), others.branch()));
    }
    parts.add(others);
    parts.add(branch(condition.otherwise()));
    symbols.merge(parts);
  }

  private Symbols branch(List<Statement> body) {
    Symbols branch = symbols.branch();
    new SymbolVisitor(branch).visitAll(body);
    return branch;
  }

  private void assign(Target target) {
    switch (target) {
      case Target.Variable variable -> symbols.store(variable.name());
      case Target.NamespaceAttribute attribute -> symbols.load(attribute.namespace());
      case Target.Unpacking unpacking -> unpacking.targets().forEach(this::assign);
    }
  }
}

package io.troupe.rollout.jinja.syntax;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides before the rendering which scope each variable belongs to, by the rules of Jinja's {@code
 * idtracking}: a variable belongs to the innermost scope that assigns or first reads it, and an
 * assignment inside a loop does not change the variable around it.
 */
public final class ScopeAnalysis {
  private static final Set<String> SPECIAL = Set.of("caller", "kwargs", "varargs");

  private final Map<Object, ScopeLayout> layouts = new IdentityHashMap<>();

  private ScopeAnalysis() {}

  /** The layout of every scope, by identity. */
  public static Map<Object, ScopeLayout> of(Statement.Scope root) {
    ScopeAnalysis analysis = new ScopeAnalysis();
    analysis.analyze(root, new Symbols(Optional.empty()));
    return analysis.layouts;
  }

  /** Analyzes a scope whose parameters are declared, then the scopes inside. */
  private void analyze(Statement.Scope scope, Symbols symbols) {
    new SymbolVisitor(symbols).visitAll(scope.statements());
    layouts.put(scope, symbols.layout());
    scope.statements().forEach(statement -> analyzeInside(statement, symbols));
  }

  private void analyzeInside(Statement statement, Symbols outer) {
    switch (statement) {
      case Statement.If branch ->
          Children.statementsOf(branch).forEach(part -> analyzeInside(part, outer));
      case Statement.For loop -> analyzeLoop(loop, outer);
      case Statement.SetBlock block -> {
        Symbols inner = new Symbols(Optional.of(outer));
        block.filter().ifPresent(filter -> new SymbolVisitor(inner).visit(filter));
        analyze(block.body(), inner);
      }
      case Statement.Macro macro -> analyzeMacro(macro.signature(), macro.body(), outer);
      case Statement.CallBlock call -> analyzeMacro(call.signature(), call.body(), outer);
      case Statement.Generation generation ->
          analyzeMacro(Statement.Signature.EMPTY, generation.body(), outer);
      case Statement.FilterBlock block -> {
        Symbols inner = new Symbols(Optional.of(outer));
        new SymbolVisitor(inner).visit(block.filter());
        analyze(block.body(), inner);
      }
      case Statement.With with -> {
        Symbols inner = new Symbols(Optional.of(outer));
        with.targets().forEach(target -> declare(target, inner));
        analyze(with.body(), inner);
      }
      case Statement.Data data -> {}
      case Statement.Print print -> {}
      case Statement.Set set -> {}
      case Statement.Break end -> {}
      case Statement.Continue next -> {}
    }
  }

  private void analyzeLoop(Statement.For loop, Symbols outer) {
    Symbols body = new Symbols(Optional.of(outer));
    if (VariableUse.reads(loop.body().statements(), "loop")) {
      body.declareParameter("loop");
    }
    declare(loop.target(), body);
    analyze(loop.body(), body);
    analyze(loop.otherwise(), new Symbols(Optional.of(outer)));
    loop.test()
        .ifPresent(
            test -> {
              Symbols symbols = new Symbols(Optional.of(outer));
              declare(loop.target(), symbols);
              new SymbolVisitor(symbols).visit(test.test());
              layouts.put(test.scope(), symbols.layout());
            });
  }

  private void analyzeMacro(Statement.Signature signature, Statement.Scope body, Symbols outer) {
    Symbols inner = new Symbols(Optional.of(outer));
    signature.parameters().forEach(inner::declareParameter);
    for (String special : SPECIAL) {
      if (VariableUse.reads(body.statements(), special)) {
        inner.declareParameter(special);
      }
    }
    signature.defaults().forEach(new SymbolVisitor(inner)::visit);
    analyze(body, inner);
  }

  private static void declare(Target target, Symbols symbols) {
    switch (target) {
      case Target.Variable variable -> symbols.declareParameter(variable.name());
      case Target.NamespaceAttribute attribute -> symbols.load(attribute.namespace());
      case Target.Unpacking unpacking ->
          unpacking.targets().forEach(part -> declare(part, symbols));
    }
  }
}

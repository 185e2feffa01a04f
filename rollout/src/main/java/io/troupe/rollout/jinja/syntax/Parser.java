package io.troupe.rollout.jinja.syntax;

import io.troupe.rollout.jinja.value.TemplateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses the statements of a template. */
public final class Parser {
  private static final Set<String> UNSUPPORTED =
      Set.of("block", "extends", "include", "import", "from", "autoescape", "print");

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private final TargetParser targets;
  private int loops; // that break and continue may end

  private Parser(TokenStream tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens);
    this.targets = new TargetParser(tokens, expressions);
  }

  /**
   * The statements of a template.
   *
   * @throws TemplateException if it is not valid or nests too deeply
   */
  public static Statement.Scope parse(String template) {
    Parser parser = new Parser(new TokenStream(Lexer.tokens(template)));
    Statement.Scope root = new Statement.Scope(parser.statements(Set.of()));
    TreeDepth.check(root);
    return root;
  }

  /** The statements up to one of these tags, whose name becomes the current token. */
  private List<Statement> statements(Set<String> ends) {
    tokens.enter();
    List<Statement> statements = new ArrayList<>();
    while (true) {
      Token token = tokens.next();
      switch (token.type()) {
        case DATA -> statements.add(new Statement.Data(token.text(), token.line()));
        case VARIABLE_BEGIN -> {
          Expression value = expressions.tuple(true, false);
          statements.add(new Statement.Print(value, token.line()));
          tokens.expect(Token.Type.VARIABLE_END);
        }
        case BLOCK_BEGIN -> {
          Token name = tokens.current();
          if (name.type() == Token.Type.NAME && ends.contains(name.text())) {
            tokens.leave();
            return statements;
          }
          statements.add(statement());
          tokens.expect(Token.Type.BLOCK_END);
        }
        default -> {
          if (!ends.isEmpty()) {
            throw tokens.fail(
                "Unexpected end of template. Jinja was looking for the following tags: "
                    + quoted(ends)
                    + ".");
          }
          tokens.leave();
          return statements;
        }
      }
    }
  }

  private static String quoted(Set<String> names) {
    return String.join(" or ", names.stream().sorted().map(name -> "'" + name + "'").toList());
  }

  /** The statements of a block up to its end tag, which is skipped. */
  private List<Statement> body(String end) {
    List<Statement> statements = bodyUpTo(Set.of(end));
    tokens.next();
    return statements;
  }

  private List<Statement> bodyUpTo(Set<String> ends) {
    tokens.skipOperator(":");
    tokens.expect(Token.Type.BLOCK_END);
    return statements(ends);
  }

  /** The statements of a block that a loop around it cannot be ended from. */
  private Statement.Scope isolated(String end) {
    int outer = loops;
    loops = 0;
    Statement.Scope scope = new Statement.Scope(body(end));
    loops = outer;
    return scope;
  }

  private Statement statement() {
    Token name = tokens.current();
    if (name.type() != Token.Type.NAME) {
      throw tokens.fail("tag name expected");
    }
    tokens.next();
    int line = name.line();
    return switch (name.text()) {
      case "if" -> conditional(line);
      case "for" -> loop(line);
      case "set" -> set(line);
      case "macro" -> macro(line);
      case "call" -> call(line);
      case "generation" -> new Statement.Generation(isolated("endgeneration"), line);
      case "filter" -> filter(line);
      case "with" -> with(line);
      case "break" -> {
        requireLoop(name);
        yield new Statement.Break(line);
      }
      case "continue" -> {
        requireLoop(name);
        yield new Statement.Continue(line);
      }
      default -> throw unknown(name);
    };
  }

  private static TemplateException unknown(Token name) {
    return UNSUPPORTED.contains(name.text())
        ? TemplateException.of(
                TemplateException.Kind.UNSUPPORTED,
                "the tag '" + name.text() + "' is not supported")
            .atLine(name.line())
        : TokenStream.fail("Encountered unknown tag '" + name.text() + "'.", name.line());
  }

  private void requireLoop(Token name) {
    if (loops == 0) {
      throw TokenStream.fail("'" + name.text() + "' outside loop", name.line());
    }
  }

  private Statement conditional(int line) {
    List<Statement.Branch> branches = new ArrayList<>();
    while (true) {
      Expression test = expressions.tuple(false, false);
      branches.add(new Statement.Branch(test, bodyUpTo(Set.of("elif", "else", "endif"))));
      Token end = tokens.next();
      if (end.isName("else")) {
        return new Statement.If(branches, body("endif"), line);
      }
      if (end.isName("endif")) {
        return new Statement.If(branches, List.of(), line);
      }
    }
  }

  private Statement loop(int line) {
    Target target = targets.target(true, false);
    tokens.expectName("in");
    Expression iterable = expressions.tuple(false, true);
    Optional<Statement.Filtered> test =
        tokens.skipName("if")
            ? Optional.of(
                new Statement.Filtered(expressions.expression(), new Statement.Scope(List.of())))
            : Optional.empty();
    if (tokens.current().isName("recursive")) {
      throw TemplateException.of(
              TemplateException.Kind.UNSUPPORTED, "recursive loops are not supported")
          .atLine(line);
    }
    if (targets.assigns(target, "loop")) {
      throw TokenStream.fail("Can't assign to special loop variable in for-loop target", line);
    }
    loops++;
    Statement.Scope body = new Statement.Scope(bodyUpTo(Set.of("endfor", "else")));
    loops--;
    List<Statement> otherwise = tokens.next().isName("else") ? body("endfor") : List.of();
    return new Statement.For(target, iterable, test, body, new Statement.Scope(otherwise), line);
  }

  private Statement set(int line) {
    Target target = targets.target(false, true);
    if (tokens.skipOperator("=")) {
      return new Statement.Set(target, expressions.tuple(true, false), line);
    }
    Optional<Expression.Filter> filter =
        tokens.skipOperator("|")
            ? Optional.of(expressions.postfix().filters(Optional.empty()))
            : Optional.empty();
    return new Statement.SetBlock(target, filter, new Statement.Scope(body("endset")), line);
  }

  private Statement macro(int line) {
    String name = targets.name();
    Statement.Signature signature = targets.signature();
    Statement.Scope body = isolated("endmacro");
    int caller = signature.parameters().indexOf("caller");
    if (caller >= 0
        && signature.defaultOf(caller).isEmpty()
        && VariableUse.reads(body.statements(), "caller")) {
      throw TokenStream.fail("the parameter 'caller' must have a default", line);
    }
    return new Statement.Macro(name, signature, body, line);
  }

  private Statement call(int line) {
    Statement.Signature signature =
        tokens.current().isOperator("(") ? targets.signature() : Statement.Signature.EMPTY;
    if (!(expressions.expression() instanceof Expression.Call call)) {
      throw TokenStream.fail("expected call", line);
    }
    return new Statement.CallBlock(call, signature, isolated("endcall"), line);
  }

  private Statement filter(int line) {
    Expression.Filter filter = expressions.postfix().filters(Optional.empty());
    return new Statement.FilterBlock(filter, new Statement.Scope(body("endfilter")), line);
  }

  private Statement with(int line) {
    List<Target> names = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (tokens.current().type() != Token.Type.BLOCK_END) {
      if (!names.isEmpty()) {
        tokens.expectOperator(",");
      }
      names.add(targets.target(false, false));
      tokens.expectOperator("=");
      values.add(expressions.expression());
    }
    return new Statement.With(names, values, new Statement.Scope(body("endwith")), line);
  }
}

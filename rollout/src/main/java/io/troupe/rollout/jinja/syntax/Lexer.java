package io.troupe.rollout.jinja.syntax;

import io.troupe.rollout.jinja.value.PythonStrings;
import io.troupe.rollout.jinja.value.TemplateException;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a template into tokens as Jinja does with {@code trim_blocks} and {@code lstrip_blocks}: a
 * line end behind a block or a comment, and the spaces before it on its line, are not data. The
 * text is read in linear time.
 */
final class Lexer {
  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;
  private boolean lineStarting = true;

  private Lexer(String source) {
    this.source = source;
  }

  /** The tokens of a template; the last one is its end. */
  static List<Token> tokens(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    Lexer lexer =
        new Lexer(source.endsWith("\n") ? source.substring(0, source.length() - 1) : source);
    lexer.readTemplate();
    return lexer.tokens;
  }

  private void readTemplate() {
    while (position < source.length()) {
      int tag = nextTag();
      if (tag < 0) {
        addData(source.substring(position));
        advance(source.length());
      } else {
        readTag(tag);
      }
    }
    tokens.add(Token.of(Token.Type.END, "", line));
  }

  private int nextTag() {
    for (int i = source.indexOf('{', position); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private void readTag(int tag) {
    char kind = source.charAt(tag + 1);
    int raw = kind == '%' ? endOfWord(tag, "raw") : -1;
    char sign = sign(tag + 2);
    addData(stripped(source.substring(position, tag), sign, kind == '{'));
    advance(tag);
    if (raw >= 0 && endOfRawTag(raw) >= 0) {
      advance(endOfRawTag(raw));
      readRaw();
      return;
    }
    int begin = line;
    advance(tag + (sign == ' ' ? 2 : 3));
    switch (kind) {
      case '#' -> readComment();
      case '{' -> {
        tokens.add(Token.of(Token.Type.VARIABLE_BEGIN, "", begin));
        readCode(Token.Type.VARIABLE_END);
      }
      default -> {
        tokens.add(Token.of(Token.Type.BLOCK_BEGIN, "", begin));
        readCode(Token.Type.BLOCK_END);
      }
    }
  }

  /** The sign that controls white space at a position; a space if there is none. */
  private char sign(int at) {
    return at < source.length() && (source.charAt(at) == '-' || source.charAt(at) == '+')
        ? source.charAt(at)
        : ' ';
  }

  /** Data before a tag. */
  private String stripped(String data, char sign, boolean variable) {
    if (sign == '-') {
      return PythonStrings.stripEnd(data);
    }
    int lineStart = data.lastIndexOf('\n') + 1;
    if (sign == '+' || variable || (lineStart == 0 && !lineStarting)) {
      return data;
    }
    String indentation = data.substring(lineStart);
    return PythonStrings.stripEnd(indentation).isEmpty() ? data.substring(0, lineStart) : data;
  }

  private void addData(String data) {
    if (!data.isEmpty()) {
      tokens.add(Token.of(Token.Type.DATA, data, line));
    }
  }

  /** Moves on, counting lines. */
  private void advance(int to) {
    if (to > position) {
      lineStarting = source.charAt(to - 1) == '\n';
    }
    for (; position < to; position++) {
      if (source.charAt(position) == '\n') {
        line++;
      }
    }
  }

  private int skipSpace(int from) {
    int at = from;
    while (at < source.length() && PythonStrings.isSpace(source.charAt(at))) {
      at++;
    }
    return at;
  }

  /** The position behind a word that a block begins with; -1 if it begins with another. */
  private int endOfWord(int tag, String word) {
    int start = skipSpace(tag + (sign(tag + 2) == ' ' ? 2 : 3));
    return source.startsWith(word, start) ? skipSpace(start + word.length()) : -1;
  }

  /** The position behind the tag {@code raw}, which keeps the line end that follows. */
  private int endOfRawTag(int at) {
    if (source.startsWith("-%}", at)) {
      return skipSpace(at + 3);
    }
    return source.startsWith("%}", at) ? at + 2 : -1;
  }

  private void readRaw() {
    for (int tag = source.indexOf("{%", position); tag >= 0; tag = source.indexOf("{%", tag + 1)) {
      int word = endOfWord(tag, "endraw");
      int end = word < 0 ? -1 : endOfTag(word, "%}", true);
      if (end >= 0) {
        addData(stripped(source.substring(position, tag), sign(tag + 2), false));
        advance(end);
        return;
      }
    }
    throw syntax("Missing end of raw directive");
  }

  private void readComment() {
    int end = source.indexOf("#}", position);
    if (end < 0) {
      throw syntax("Missing end of comment tag");
    }
    boolean signed = end > position && sign(end - 1) != ' ';
    advance(endOfTag(signed ? end - 1 : end, "#}", true));
  }

  /**
   * The position behind the end of a tag, with the white space that it removes; -1 if no tag ends
   * here.
   */
  private int endOfTag(int at, String end, boolean block) {
    if (source.startsWith(end, at)) {
      int behind = at + end.length();
      return block && source.startsWith("\n", behind) ? behind + 1 : behind;
    }
    if (source.startsWith("-" + end, at)) {
      return skipSpace(at + 1 + end.length());
    }
    return block && source.startsWith("+" + end, at) ? at + 1 + end.length() : -1;
  }

  private void readCode(Token.Type endType) {
    boolean block = endType == Token.Type.BLOCK_END;
    CodeLexer code = new CodeLexer(source);
    while (true) {
      int end = code.isBalanced() ? endOfTag(position, block ? "%}" : "}}", block) : -1;
      if (end >= 0) {
        tokens.add(Token.of(endType, "", line));
        advance(end);
        return;
      }
      int next = skipSpace(position);
      if (next > position) {
        advance(next);
      } else if (position == source.length()) {
        return; // the parser reports the missing end
      } else {
        tokens.add(code.token(position, line));
        advance(code.end());
      }
    }
  }

  private TemplateException syntax(String detail) {
    return TemplateException.of(TemplateException.Kind.SYNTAX, detail).atLine(line);
  }
}

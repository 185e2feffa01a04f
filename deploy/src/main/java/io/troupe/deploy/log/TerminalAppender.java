package io.troupe.deploy.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.function.Consumer;

/** Shows warnings and errors as one line each; their stack traces are for the file. */
final class TerminalAppender extends AppenderBase<ILoggingEvent> {
  static final String NAME = "terminal";

  private volatile Consumer<String> sink;

  private TerminalAppender(Consumer<String> sink) {
    this.sink = sink;
  }

  static TerminalAppender standardError(LoggerContext context) {
    TerminalAppender appender = new TerminalAppender(System.err::println);
    appender.setName(NAME);
    appender.setContext(context);
    appender.start();
    return appender;
  }

  void showOn(Consumer<String> newSink) {
    sink = newSink;
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
      String level = event.getLevel() == Level.WARN ? "warning" : "error";
      sink.accept(level + ": " + event.getFormattedMessage().lines().findFirst().orElse(""));
    }
  }
}

package io.troupe.deploy.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.function.Consumer;

/**
 * Shows each warning as one line. Errors go to the file only: the command prints an error that ends
 * the run.
 */
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
    if (event.getLevel() == Level.WARN) {
      sink.accept("warning: " + event.getFormattedMessage().lines().findFirst().orElse(""));
    }
  }
}

package io.troupe.deploy.log;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.FileAppender;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** The log of a run. It may be closed twice. */
public final class RunLog implements AutoCloseable {
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{36} - %msg%n";

  private final Logger root;
  private final FileAppender<ILoggingEvent> file;

  private RunLog(Logger root, FileAppender<ILoggingEvent> file) {
    this.root = root;
    this.file = file;
  }

  /**
   * Appends all log lines to a file, and shows warnings.
   *
   * @param logFile the file; a resumed run appends to it
   * @param warnings receives one line per warning
   */
  public static RunLog open(Path logFile, Consumer<String> warnings) {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (!(factory instanceof LoggerContext context)) {
      throw new IllegalStateException("the SLF4J provider must be logback, got " + factory);
    }
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    FileAppender<ILoggingEvent> file = new FileAppender<>();
    file.setContext(context);
    file.setName(logFile.toString());
    file.setFile(logFile.toString());
    file.setEncoder(encoder);
    file.start();
    root.addAppender(file);
    showWarnings(root, warnings);
    return new RunLog(root, file);
  }

  private static void showWarnings(Logger root, Consumer<String> sink) {
    Appender<ILoggingEvent> appender = root.getAppender(TerminalAppender.NAME);
    if (appender instanceof TerminalAppender terminal) {
      terminal.showOn(sink);
    }
  }

  @Override
  public void close() {
    showWarnings(root, System.err::println);
    root.detachAppender(file);
    file.stop();
  }
}

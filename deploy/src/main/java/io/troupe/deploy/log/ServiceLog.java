package io.troupe.deploy.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * The log of a service: its lines go to standard error, where a container runtime collects them.
 * Libraries are heard from warnings on.
 */
public final class ServiceLog implements AutoCloseable {
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} - %msg%n";

  private final Logger root;
  private final Logger own;
  private final Level rootLevel;
  private final Appender<ILoggingEvent> terminal;
  private final Appender<ILoggingEvent> console;

  private ServiceLog(LoggerContext context) {
    root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    own = context.getLogger("io.troupe");
    rootLevel = root.getLevel();
    terminal = root.getAppender(TerminalAppender.NAME);
    console = console(context);
    root.setLevel(Level.WARN);
    own.setLevel(Level.INFO);
    // an address that is in use is reported as the error of the command
    context.getLogger("org.apache.pekko.io.TcpListener").setLevel(Level.OFF);
    if (terminal != null) {
      root.detachAppender(terminal);
    }
    root.addAppender(console);
  }

  /** Writes every log line to standard error until the log is closed. */
  public static ServiceLog open() {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (!(factory instanceof LoggerContext context)) {
      throw new IllegalStateException("the SLF4J provider must be logback, got " + factory);
    }
    return new ServiceLog(context);
  }

  private static Appender<ILoggingEvent> console(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName("service");
    console.setTarget("System.err");
    console.setEncoder(encoder);
    console.start();
    return console;
  }

  @Override
  public void close() {
    root.detachAppender(console);
    console.stop();
    root.setLevel(rootLevel);
    own.setLevel(null);
    if (terminal != null) {
      root.addAppender(terminal);
    }
  }
}

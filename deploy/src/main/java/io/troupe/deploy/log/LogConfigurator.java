package io.troupe.deploy.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;

/**
 * Configures logback in code, as a service: reading XML takes a tenth of a second at every start.
 * Outside of a run there is no log file, and warnings go to standard error.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {
  @Override
  public ExecutionStatus configure(LoggerContext context) {
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    // The tokenizer library warns about a missing GPU, which it does not use.
    context.getLogger("ai.djl").setLevel(Level.ERROR);
    // Said of every node that is not a member of the cluster, and of every one that has ended.
    for (String name : List.of("remote.RemoteActorRefProvider", "stream.Materializer")) {
      context.getLogger("org.apache.pekko." + name).setLevel(Level.ERROR);
    }
    // A machine that is busy for half a second.
    for (String name : List.of("cluster.ClusterHeartbeat", "remote.PhiAccrualFailureDetector")) {
      context.getLogger("org.apache.pekko." + name).setLevel(Level.ERROR);
    }
    root.addAppender(TerminalAppender.standardError(context));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}

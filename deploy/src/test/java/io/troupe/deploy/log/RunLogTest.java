package io.troupe.deploy.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class RunLogTest {
  private static final Logger LOG = LoggerFactory.getLogger(RunLogTest.class);

  @TempDir private Path temporary;

  @Test
  void fileHasAllMessagesAndTheTerminalOnlyWarnings() throws IOException {
    Path file = temporary.resolve("log.txt");
    List<String> shown = new ArrayList<>();
    try (RunLog _ = RunLog.open(file, shown::add)) {
      LOG.info("as usual");
      LOG.warn("working, but unwise\nsecond line", new IllegalStateException("why"));
      LOG.error("the end");
    }
    LOG.info("after the run");
    assertThat(shown).containsExactly("warning: working, but unwise");
    assertThat(Files.readString(file))
        .contains("as usual", "second line", "IllegalStateException: why", "the end")
        .doesNotContain("after the run");
  }

  @Test
  void resumedRunAppendsToTheLog() throws IOException {
    Path file = temporary.resolve("log.txt");
    for (String part : List.of("first", "second")) {
      try (RunLog _ = RunLog.open(file, line -> {})) {
        LOG.info("{} part", part);
      }
    }
    assertThat(Files.readString(file)).contains("first part", "second part");
  }
}

package io.troupe.deploy;

import io.troupe.actors.run.RunDirectory;
import io.troupe.deploy.groups.GroupEntry;
import io.troupe.deploy.groups.GroupJson;
import io.troupe.deploy.groups.GroupLog;
import io.troupe.deploy.groups.GroupPrinter;
import io.troupe.deploy.groups.GroupTable;
import io.troupe.log.disk.FileDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code troupe log}: prints the groups of a clustered run from its log. */
@Command(
    name = "log",
    sortOptions = false,
    description = {
      "Prints the experience log of a clustered run: for each group when it was issued, who sampled"
          + " and scored it, its mean reward, and the step that trained it or the reason why it was"
          + " dropped. The run may be running."
    },
    footer = {"", "troupe log runs/20261124-081500-arithmetic --step 12"})
final class LogCommand implements Callable<Integer> {
  private static final int FILE_WIDTH = 120;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The run directory.")
  private Path run;

  @Option(names = "--step", paramLabel = "N", description = "Print the groups of this step only.")
  private Long step;

  @Option(names = "--group", paramLabel = "ID", description = "Print this group only.")
  private Long group;

  @Option(names = "--json", description = "Print one JSON object per group.")
  private boolean json;

  @Override
  public Integer call() {
    Path directory = requireLog(run.toAbsolutePath().normalize());
    RunOutput output = RunOutput.of(spec.commandLine().getOut(), json);
    GroupPrinter printer = printer(output);
    try {
      new GroupLog(FileDisk.of(directory))
          .forEach(
              entry -> {
                if (isSelected(entry)) {
                  printer.print(entry);
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    printer.finish();
    output.out().flush();
    return ExitCode.OK;
  }

  /** The directory of the log of a run. */
  static Path requireLog(Path run) {
    Path log = RunDirectory.log(run);
    if (!Files.isDirectory(log)) {
      throw new IllegalArgumentException(
          run + " must contain the log of a clustered run, got no directory log");
    }
    return log;
  }

  private GroupPrinter printer(RunOutput output) {
    if (json) {
      return new GroupJson(output.out());
    }
    int width = output.terminal() ? spec.usageMessage().autoWidth(true).width() : FILE_WIDTH;
    return new GroupTable(output.out(), output.style(), width, ZoneId.systemDefault());
  }

  private boolean isSelected(GroupEntry entry) {
    return (step == null || entry.step() == step) && (group == null || entry.groupId() == group);
  }
}

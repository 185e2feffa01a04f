package io.troupe.deploy.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures speed on this machine, and the minimum time that its hardware allows. */
@Command(
    name = "bench",
    synopsisSubcommandLabel = "WORK",
    subcommands = {
      GrpoBenchCommand.class,
      DecodeBenchCommand.class,
      CoordinatorBenchCommand.class,
      TrainBenchCommand.class,
      KernelBenchCommand.class,
      ServeBenchCommand.class,
      TransportBenchCommand.class,
      CompareCommand.class
    },
    description = {
      "Measures speed on this machine, on models of random weights; serve measures an endpoint.",
      "The floor of a figure is the time of the same multiply-adds in registers and of the same"
          + " memory traffic in sequential reads, whichever is longer; it is printed as a share of"
          + " the median."
    })
public final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(),
        "the workload must be one of "
            + String.join(", ", spec.subcommands().keySet())
            + ", got none");
  }
}

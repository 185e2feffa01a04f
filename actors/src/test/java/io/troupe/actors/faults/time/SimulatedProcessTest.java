package io.troupe.actors.faults.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A process runs tasks and timers in virtual time, and loses them when it is killed. */
final class SimulatedProcessTest {
  private final Timeline timeline = new Timeline(new Dice(1, "ties"));
  private final List<String> log = new ArrayList<>();
  private final SimulatedProcess process = process("node");

  private SimulatedProcess process(String name) {
    return new SimulatedProcess(
        timeline,
        new Dice(1, name),
        name,
        failure -> {
          throw failure;
        });
  }

  private void runFor(Duration duration) {
    long untilNs = timeline.nowNs() + duration.toNanos();
    while (timeline.runNext(untilNs)) {
      // the events run
    }
  }

  @Test
  void tasksOfAProcessKeepTheirOrder() {
    for (int i = 0; i < 100; i++) {
      String task = Integer.toString(i);
      process.execute(() -> log.add(task));
    }

    runFor(Duration.ofSeconds(1));

    assertThat(log)
        .hasSize(100)
        .isSortedAccordingTo((a, b) -> Integer.valueOf(a) - Integer.valueOf(b));
  }

  @Test
  void theSeedOrdersTasksOfDifferentProcesses() {
    assertThat(orders()).hasSizeGreaterThan(1);
  }

  private static List<List<String>> orders() {
    List<List<String>> orders = new ArrayList<>();
    for (int seed = 0; seed < 20; seed++) {
      Timeline timeline = new Timeline(new Dice(seed, "ties"));
      List<String> order = new ArrayList<>();
      for (String name : List.of("a", "b", "c")) {
        new SimulatedProcess(timeline, new Dice(seed, name), name, _ -> {})
            .execute(() -> order.add(name));
      }
      while (timeline.runNext(1)) {
        // the events run
      }
      if (!orders.contains(order)) {
        orders.add(order);
      }
    }
    return orders;
  }

  @Test
  void timersOfAPausedProcessFireAfterItContinues() {
    process.after(Duration.ofMillis(10), () -> log.add("timer"));
    process.pause();
    runFor(Duration.ofSeconds(1));
    assertThat(log).isEmpty();

    int numLate = process.resume();
    runFor(Duration.ofMillis(1));

    assertThat(numLate).isEqualTo(1);
    assertThat(log).containsExactly("timer");
  }

  @Test
  void aKilledProcessLosesTasksAndTimers() {
    process.execute(() -> log.add("task"));
    process.after(Duration.ofMillis(10), () -> log.add("timer"));
    assertThat(process.numPending()).isEqualTo(2);

    process.kill();
    process.execute(() -> log.add("late task"));
    process.after(Duration.ofMillis(10), () -> log.add("late timer"));
    runFor(Duration.ofSeconds(1));

    assertThat(log).isEmpty();
  }

  @Test
  void aCanceledTimerDoesNotFire() {
    SimulatedProcess.ProcessTimer timer =
        process.after(Duration.ofMillis(10), () -> log.add("timer"));
    process.execute(timer::cancel);

    runFor(Duration.ofSeconds(1));

    assertThat(log).isEmpty();
  }

  @Test
  void aTimerThatIsCanceledByTheTaskBeforeItDoesNotFire() {
    List<SimulatedProcess.ProcessTimer> timer = new ArrayList<>();
    process.execute(() -> process.block(Duration.ofMillis(20).toNanos()));
    process.execute(() -> timer.getFirst().cancel());
    timer.add(process.after(Duration.ofMillis(10), () -> log.add("timer")));

    runFor(Duration.ofSeconds(1));

    assertThat(log).isEmpty();
  }

  @Test
  void aJumpOfTheClockMakesTimersDue() {
    long before = process.nanoTime();
    process.after(Duration.ofSeconds(10), () -> log.add("due"));
    process.after(Duration.ofSeconds(60), () -> log.add("later"));

    int numDue = process.jump(Duration.ofSeconds(30));
    runFor(Duration.ofSeconds(1));

    assertThat(numDue).isEqualTo(1);
    assertThat(log).containsExactly("due");
    assertThat(process.nanoTime() - before).isEqualTo(Duration.ofSeconds(31).toNanos());
  }

  @Test
  void aBlockedProcessRunsItsNextTaskLater() {
    List<Long> times = new ArrayList<>();
    process.execute(() -> process.block(Duration.ofMillis(5).toNanos()));
    process.execute(() -> times.add(timeline.nowNs()));

    runFor(Duration.ofSeconds(1));

    assertThat(times.getFirst()).isGreaterThanOrEqualTo(Duration.ofMillis(5).toNanos());
  }
}

package io.troupe.actors.faults.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.faults.fault.FaultKind;
import io.troupe.actors.faults.fault.Witnesses;
import io.troupe.actors.faults.time.Dice;
import io.troupe.actors.faults.time.SimulatedProcess;
import io.troupe.actors.faults.time.Timeline;
import io.troupe.log.disk.Disk;
import io.troupe.log.disk.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Synced bytes and names survive a loss of power; others may be lost or torn. */
final class SimulatedStorageTest {
  private final Witnesses witnesses = new Witnesses();

  private SimulatedStorage storage(long seed) {
    return new SimulatedStorage("node", new Dice(seed, "disk"), witnesses);
  }

  private static Disk mount(SimulatedStorage storage) {
    return storage.mount(
        new SimulatedProcess(
            new Timeline(new Dice(1, "ties")), new Dice(1, "node"), "node", _ -> {}));
  }

  private static void append(LogFile file, String text) throws IOException {
    file.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String content(Disk disk, String name) throws IOException {
    LogFile file = disk.open(name);
    ByteBuffer bytes = ByteBuffer.allocate(100);
    int length = file.read(0, bytes);
    assertThat(length).isEqualTo(file.size());
    return new String(bytes.array(), 0, length, StandardCharsets.UTF_8);
  }

  @Test
  void syncedBytesSurviveAndOthersAreAPrefix() throws IOException {
    for (int seed = 0; seed < 200; seed++) {
      SimulatedStorage storage = storage(seed);
      Disk disk = mount(storage);
      LogFile file = disk.create("log");
      disk.force();
      append(file, "durable ");
      file.force();
      append(file, "first ");
      append(file, "second");

      storage.losePower();

      String content = content(mount(storage), "log").replaceFirst("\0+$", "");
      assertThat("durable first second").startsWith(content);
      assertThat(content).startsWith("durable ");
    }
    assertThat(witnesses.count(FaultKind.LOST_TAIL)).isPositive();
    assertThat(witnesses.count(FaultKind.TORN_WRITE)).isPositive();
  }

  @Test
  void aTruncationThatWasNotSyncedMayBeUndone() throws IOException {
    int numUndone = 0;
    for (int seed = 0; seed < 50; seed++) {
      SimulatedStorage storage = storage(seed);
      Disk disk = mount(storage);
      LogFile file = disk.create("log");
      disk.force();
      append(file, "durable");
      file.force();
      file.truncate(3);

      storage.losePower();

      String content = content(mount(storage), "log");
      assertThat(content).isIn("dur", "durable");
      numUndone += content.equals("durable") ? 1 : 0;
    }
    assertThat(numUndone).isBetween(1, 49);
  }

  @Test
  void namesThatWereNotSyncedMayBeLost() throws IOException {
    int numLost = 0;
    for (int seed = 0; seed < 50; seed++) {
      SimulatedStorage storage = storage(seed);
      Disk disk = mount(storage);
      LogFile file = disk.create("log");
      append(file, "text");
      file.force();

      storage.losePower();

      numLost += mount(storage).list().isEmpty() ? 1 : 0;
    }
    assertThat(numLost).isBetween(1, 49);
  }

  @Test
  void aFullDiskFailsAndMayKeepAPart() throws IOException {
    SimulatedStorage storage = storage(1);
    Disk disk = mount(storage);
    LogFile file = disk.create("log");
    storage.fill(true);

    assertThatThrownBy(() -> append(file, "text")).isInstanceOf(IOException.class);
    assertThat("text").startsWith(content(disk, "log"));

    storage.fill(false);
    append(file, "more");
    assertThat(content(disk, "log")).endsWith("more");
  }

  @Test
  void aCrashWithinAnOperationEndsTheDiskOfTheProcess() throws IOException {
    SimulatedStorage storage = storage(1);
    Disk disk = mount(storage);
    LogFile file = disk.create("log");
    disk.force();
    storage.crashAfter(0);

    assertThatThrownBy(() -> append(file, "text")).isInstanceOf(PowerLossException.class);
    assertThatThrownBy(disk::list).isInstanceOf(PowerLossException.class);
    storage.losePower();

    assertThat(mount(storage).list()).containsExactly("log");
  }
}

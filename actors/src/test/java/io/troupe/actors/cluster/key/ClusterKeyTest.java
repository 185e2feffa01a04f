package io.troupe.actors.cluster.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterKeyTest {
  @TempDir private Path folder;

  @Test
  void concurrentFirstStartsAgreeOnOneKey() {
    Path file = folder.resolve("new/cluster.key");
    List<byte[]> keys =
        IntStream.range(0, 4)
            .parallel()
            .mapToObj(_ -> ClusterKey.loadOrCreate(file).frameKey().getEncoded())
            .toList();
    assertThat(keys).allMatch(key -> key.length == 32);
    assertThat(keys.stream().map(Arrays::hashCode).distinct()).hasSize(1);
    assertThat(file.getParent()).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void keysDifferAndAreNotPrinted() {
    ClusterKey one = ClusterKey.loadOrCreate(folder.resolve("one.key"));
    ClusterKey other = ClusterKey.loadOrCreate(folder.resolve("other.key"));
    assertThat(one.frameKey()).isNotEqualTo(other.frameKey());
    assertThat(one).hasToString("ClusterKey[" + folder.resolve("one.key") + "]");
  }

  @Test
  void aFileThatOthersCanReadIsRejected() throws Exception {
    Path file = folder.resolve("cluster.key");
    ClusterKey.loadOrCreate(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> ClusterKey.load(file))
        .isInstanceOf(KeyFileException.class)
        .hasMessage(
            "%s must be readable by its owner only; run 'chmod 600 %s'".formatted(file, file));
  }

  @Test
  void anotherFileIsRejected() throws Exception {
    Path file = Files.writeString(folder.resolve("text"), "no key");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThatThrownBy(() -> ClusterKey.load(file))
        .isInstanceOf(KeyFileException.class)
        .hasMessageStartingWith(file + " must be a key file of Troupe: copy the one of the first");
  }
}

package io.troupe.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AssignmentTest {
  private static final Assignment ASSIGNMENT =
      new Assignment(Path.of("/tmp/a b/out.txt"), List.of("join", "host:1", "", "ä\n"));

  @Test
  void isReadAsItWasWritten() throws IOException {
    assertThat(Assignment.read(new ByteArrayInputStream(bytes()))).contains(ASSIGNMENT);
  }

  @Test
  void thereIsNoneAtTheEndOfTheStream() throws IOException {
    assertThat(Assignment.read(new ByteArrayInputStream(new byte[0]))).isEmpty();
  }

  @Test
  void halfAnAssignmentIsNone() throws IOException {
    byte[] half = Arrays.copyOf(bytes(), bytes().length - 1);
    assertThatThrownBy(() -> Assignment.read(new ByteArrayInputStream(half)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void theNumberOfArgumentsIsBounded() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(out);
    data.writeUTF("out.txt");
    data.writeInt(Integer.MAX_VALUE);
    assertThatThrownBy(() -> Assignment.read(new ByteArrayInputStream(out.toByteArray())))
        .hasMessageContaining("number of arguments must be from 0 to 1000");
  }

  private static byte[] bytes() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ASSIGNMENT.write(out);
    return out.toByteArray();
  }
}

package io.troupe.deploy.cluster;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The work of a spare process, sent to its standard input.
 *
 * @param output file to which its output is appended
 * @param arguments of {@code troupe}
 */
public record Assignment(Path output, List<String> arguments) {
  private static final int MAX_ARGUMENTS = 1000;

  /** Copies the list. */
  public Assignment {
    arguments = List.copyOf(arguments);
  }

  void write(OutputStream stream) throws IOException {
    DataOutputStream out = new DataOutputStream(stream);
    out.writeUTF(output.toString());
    out.writeInt(arguments.size());
    for (String argument : arguments) {
      out.writeUTF(argument);
    }
    out.flush();
  }

  /**
   * Waits for an assignment.
   *
   * @return empty if the stream ends without one
   * @throws IOException if it is malformed, or ends in the middle
   */
  public static Optional<Assignment> read(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    Path output;
    try {
      output = Path.of(in.readUTF());
    } catch (EOFException _) {
      return Optional.empty();
    }
    int size = in.readInt();
    if (size < 0 || size > MAX_ARGUMENTS) {
      throw new IOException(
          "number of arguments must be from 0 to %d, got %d".formatted(MAX_ARGUMENTS, size));
    }
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      arguments.add(in.readUTF());
    }
    return Optional.of(new Assignment(output, arguments));
  }
}

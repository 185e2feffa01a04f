package io.troupe.nn.checkpoint;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Describes the failure of a write for the user. */
public final class WriteFailure {
  private WriteFailure() {}

  /** The reason, without class names. */
  public static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied for " + denied.getFile();
      case FileAlreadyExistsException exists -> exists.getFile() + " is not a folder";
      case NoSuchFileException missing -> "there is no folder for " + missing.getFile();
      case FileSystemException system when system.getReason() != null ->
          system.getReason() + ": " + system.getFile();
      default -> e.getMessage();
    };
  }
}

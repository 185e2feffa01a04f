package io.troupe.tensor.memory;

/** A memory pool would exceed its limit. */
public final class MemoryLimitException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  MemoryLimitException(
      long limitBytes, long requestedBytes, long newBytes, long usedBytes, long reservedBytes) {
    super(
        "memory-limit must be at least %s to allocate a tensor of %s, got %s with %s in use;"
                .formatted(
                    sizeText(reservedBytes + newBytes),
                    sizeText(requestedBytes),
                    sizeText(limitBytes),
                    sizeText(usedBytes))
            + " raise memory-limit or lower the batch size");
  }

  private static String sizeText(long bytes) {
    return bytes < 1 << 20
        ? bytes + " bytes"
        : bytes < 1L << 30
            ? "%.1f MiB".formatted(bytes / 0x1p20)
            : "%.2f GiB".formatted(bytes / 0x1p30);
  }
}

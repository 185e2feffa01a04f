package io.troupe.deploy.network;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A network interface of Linux whose other end is this process: packets that are routed to it are
 * read here, and those written here arrive from it. The caller must close it, which removes the
 * interface.
 */
final class TunDevice implements AutoCloseable {
  private static final String FILE = "/dev/net/tun";
  private static final int O_RDWR = 2;
  private static final int O_NONBLOCK = 0x800;
  private static final long TUNSETIFF = 0x400454caL;
  private static final int IFREQ_BYTES = 40;
  private static final int NAME_BYTES = 16;
  private static final short IFF_TUN_NO_PI = 0x1001;
  private static final short POLLIN = 1;
  private static final int POLLFD_BYTES = 8;
  private static final int POLL_MS = 100;

  private static final MethodHandle OPEN =
      function(
          "open",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle IOCTL =
      function(
          "ioctl",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle READ = transfer("read");
  private static final MethodHandle WRITE = transfer("write");
  private static final MethodHandle POLL =
      function(
          "poll",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private final int fd;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment pollFd;

  private TunDevice(int fd) {
    this.fd = fd;
    this.pollFd = arena.allocate(POLLFD_BYTES, Integer.BYTES);
    pollFd.set(ValueLayout.JAVA_INT, 0, fd);
    pollFd.set(ValueLayout.JAVA_SHORT, Integer.BYTES, POLLIN);
  }

  private static MethodHandle transfer(String name) {
    return function(
        name,
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG));
  }

  @SuppressWarnings("restricted") // the tests run with native access, as the program does
  private static MethodHandle function(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
  }

  /**
   * Creates an interface.
   *
   * @param name at most 15 characters
   * @throws IOException if the process may not
   */
  static TunDevice create(String name) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int fd = (int) OPEN.invokeExact(arena.allocateFrom(FILE), O_RDWR | O_NONBLOCK);
      if (fd < 0) {
        throw new IOException(FILE + " cannot be opened");
      }
      MemorySegment request = arena.allocate(IFREQ_BYTES, Long.BYTES);
      request.setString(0, name);
      request.set(ValueLayout.JAVA_SHORT, NAME_BYTES, IFF_TUN_NO_PI);
      if ((int) IOCTL.invokeExact(fd, TUNSETIFF, request) < 0) {
        int _ = (int) CLOSE.invokeExact(fd);
        throw new IOException("the network interface " + name + " cannot be created");
      }
      return new TunDevice(fd);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until a packet can be read, for a tenth of a second at most. One thread at a time. */
  void await() {
    try {
      int _ = (int) POLL.invokeExact(pollFd, 1L, POLL_MS);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Reads a packet.
   *
   * @return its length; negative if there is none
   */
  long read(MemorySegment buffer) {
    try {
      return (long) READ.invokeExact(fd, buffer, buffer.byteSize());
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Writes a packet. It is lost if the interface is down. */
  void write(MemorySegment packet) {
    try {
      long _ = (long) WRITE.invokeExact(fd, packet, packet.byteSize());
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    try {
      int _ = (int) CLOSE.invokeExact(fd);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    arena.close();
  }
}

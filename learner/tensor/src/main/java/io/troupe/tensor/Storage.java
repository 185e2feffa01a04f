package io.troupe.tensor;

/**
 * One block of memory and what is known about its contents; views share it.
 *
 * <p>The version grows whenever the contents change, so that a backend can keep a derived form (a
 * packed copy of a weight) and tell when it is stale.
 */
public final class Storage {
  private final Scope owner;
  private final long address;
  private final long blockBytes;
  private volatile boolean released;
  private volatile int version;
  private volatile Derived derived;

  /** A form of the contents that a backend keeps beside them. */
  public interface Derived extends AutoCloseable {
    /** Gives its memory back. */
    @Override
    void close();
  }

  Storage(Scope owner, long address, long blockBytes) {
    this.owner = owner;
    this.address = address;
    this.blockBytes = blockBytes;
  }

  Scope owner() {
    return owner;
  }

  long blockBytes() {
    return blockBytes;
  }

  /** The first byte. */
  long address() {
    if (released) {
      throw new IllegalStateException(
          "tensor used after its scope '"
              + owner.name()
              + "' gave its memory back: keep() or copy it into a longer-lived scope first");
    }
    return address;
  }

  /** How often the contents have been changed. */
  public int version() {
    return version;
  }

  /** Says that the contents have changed. */
  public void changed() {
    version++;
  }

  /** What a backend keeps beside the contents, or null. */
  public Derived derived() {
    return derived;
  }

  /** Replaces what a backend keeps; the one before is closed. */
  public void derived(Derived form) {
    Derived before = derived;
    derived = form;
    if (before != null && before != form) {
      before.close();
    }
  }

  /**
   * Whether the scope that owns it lives longer than one step: its derived forms are worth keeping.
   */
  public boolean isLongLived() {
    return owner.isLongLived();
  }

  boolean isReleased() {
    return released;
  }

  void release() {
    if (!released) {
      released = true;
      derived(null);
      owner.engine().memory().release(address, blockBytes);
    }
  }
}

package io.troupe.tensor;

/**
 * A block of memory and the version of its contents; views share it.
 *
 * <p>The version increases whenever the contents change. A backend uses it to detect that a derived
 * form, such as a packed copy of a weight, is stale; autograd uses it to detect that a saved tensor
 * was modified.
 */
public final class Storage {
  private final Scope owner;
  private final long address;
  private final long blockBytes;
  private volatile boolean released;
  private volatile int version;
  private volatile Derived derived;

  /** A form of the contents that a backend caches. */
  public interface Derived extends AutoCloseable {
    /** Releases its memory. */
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
              + "' released its memory: keep() or copy it into a longer-lived scope first");
    }
    return address;
  }

  /** The number of changes of the contents. */
  public int version() {
    return version;
  }

  /** Increments the version. */
  public void changed() {
    version++;
  }

  /** The derived form that a backend caches, or null. */
  public Derived derived() {
    return derived;
  }

  /** Replaces the derived form; the previous one is closed. */
  public void derived(Derived form) {
    Derived before = derived;
    derived = form;
    if (before != null && before != form) {
      before.close();
    }
  }

  /** Whether the owning scope is long-lived, so that derived forms are worth caching. */
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

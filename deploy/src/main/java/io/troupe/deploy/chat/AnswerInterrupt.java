package io.troupe.deploy.chat;

/** Interrupts an answer while it is decoded. */
@FunctionalInterface
public interface AnswerInterrupt {
  /** The time of an answer. Closing it restores the previous action of the key. */
  @FunctionalInterface
  interface Scope extends AutoCloseable {
    @Override
    void close();
  }

  /** No key interrupts an answer. */
  AnswerInterrupt NONE = thread -> () -> {};

  /** Starts an answer, which an interrupt of the thread ends. */
  Scope duringAnswer(Thread thread);
}

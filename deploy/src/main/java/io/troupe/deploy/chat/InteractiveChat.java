package io.troupe.deploy.chat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;

/**
 * A conversation on a terminal: reads a message per line and prints the answer as it is decoded.
 * {@code /exit} or the end of the input ends it, {@code /clear} starts a new conversation. An
 * interrupt while an answer is decoded ends the answer.
 *
 * @param in messages
 * @param out answers
 * @param interrupts of the key Ctrl-C
 */
public record InteractiveChat(
    ChatSession session, BufferedReader in, PrintWriter out, AnswerInterrupt interrupts) {
  private static final String EXIT = "/exit";
  private static final String CLEAR = "/clear";
  private static final String PROMPT = "> ";

  /**
   * Runs until the end of the input.
   *
   * @throws IOException if the input cannot be read
   */
  public void run() throws IOException {
    out.println("/exit or Ctrl-D ends, /clear starts a new conversation, Ctrl-C ends an answer");
    while (true) {
      out.print(PROMPT);
      out.flush();
      String line = in.readLine();
      if (line == null) {
        out.println();
        out.flush();
        return;
      }
      String message = line.strip();
      if (message.equals(EXIT)) {
        return;
      }
      if (message.equals(CLEAR)) {
        session.clear();
      } else if (!message.isEmpty()) {
        answer(message);
      }
    }
  }

  private void answer(String message) {
    try (AnswerInterrupt.Scope _ = interrupts.duringAnswer(Thread.currentThread())) {
      session.answer(message, this::print);
    } catch (IllegalArgumentException e) {
      out.print("troupe: " + e.getMessage() + "; use /clear for a new conversation");
    } catch (InterruptedException e) {
      out.print(" [interrupted]");
    }
    out.println();
    out.flush();
  }

  private void print(String delta) {
    out.print(delta);
    out.flush();
  }
}

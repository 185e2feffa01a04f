package io.troupe.tensor.cpu.attention;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.Address;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;
import io.troupe.tensor.cpu.vectors.ExponentialCode;

/**
 * Generates the functions of {@link GeneratedScores}.
 *
 * <p>Registers: RSI the scores of a key, R8 its gradients, RDX bytes from one key to the next, RCX
 * keys that are left, R9 the constants of the exponential, RAX the sum of a position, R10 and R11
 * pages that are left and the place of the results. Vector 6 holds what is subtracted from scores.
 */
final class ScoreCode {
  static final int SCORES = 0;
  static final int ROW = 1;
  static final int KEYS = 2;
  static final int HIDDEN = 3;
  static final int HIDDEN_KEYS = 4;
  static final int HIDDEN_FROM = 5;
  static final int LIMITS = 6;
  static final int CONSTANTS = 7;
  static final int ONE = 8;
  static final int MINUS_INFINITY = 9;
  static final int SUMS = 10;
  static final int MAX = 11;
  static final int SUM = 12;
  static final int PAGES = 13;
  static final int REST = 14;
  static final int GRADIENTS = 15;
  static final int LOG_SUMS = 16;
  static final int DELTAS = 17;

  private static final int SUBTRAHEND = 6;
  private static final int DELTA = 7;

  private final Isa isa;
  private final VectorAssembler code;
  private final ExponentialCode exponential;

  private ScoreCode(Isa isa) {
    this.isa = isa;
    this.code = new VectorAssembler(isa);
    this.exponential = new ExponentialCode(code, R9);
  }

  static MachineCode softmax(Isa isa) {
    ScoreCode scores = new ScoreCode(isa);
    scores.begin();
    scores.maximum();
    scores.exponentials();
    scores.foldSums();
    return scores.end();
  }

  static MachineCode gradient(Isa isa) {
    ScoreCode scores = new ScoreCode(isa);
    scores.begin();
    scores.gradients();
    return scores.end();
  }

  private void begin() {
    code.mov(RDX, number(ROW));
    code.mov(R9, number(CONSTANTS));
    hide();
    code.mov(RSI, number(SCORES));
  }

  private MachineCode end() {
    code.zeroUpper();
    code.ret();
    return MachineCode.of(code);
  }

  /** Hides the keys that are at the limit of a column plus one, or later. */
  private void hide() {
    int score = 0;
    int limit = 1;
    int key = 2;
    int one = 3;
    int hidden = 4;
    code.mov(RSI, number(HIDDEN));
    code.mov(RCX, number(HIDDEN_KEYS));
    code.mov(RAX, number(LIMITS));
    code.broadcast(one, number(ONE));
    code.broadcast(hidden, number(MINUS_INFINITY));
    code.broadcast(key, number(HIDDEN_FROM));
    code.load(limit, at(RAX));
    code.add(limit, limit, one);
    code.ifNotZero(
        RCX,
        () ->
            code.repeat(
                RCX,
                () -> {
                  code.notLess(isa.maskRegister(), key, limit);
                  code.load(score, at(RSI));
                  code.blend(score, score, hidden, isa.maskRegister());
                  code.store(at(RSI), score);
                  code.add(key, key, one);
                  code.add(RSI, RDX);
                }));
  }

  private void maximum() {
    code.mov(RCX, number(KEYS));
    code.load(SUBTRAHEND, at(RSI));
    code.repeat(
        RCX,
        () -> {
          code.load(0, at(RSI));
          code.max(SUBTRAHEND, 0, SUBTRAHEND);
          code.add(RSI, RDX);
        });
    code.mov(R11, number(MAX));
    code.store(at(R11), SUBTRAHEND);
  }

  private void exponentials() {
    code.mov(R11, number(SUMS));
    code.zero(0);
    for (int i = 0; i < PageKernels.PAGE; i++) {
      code.store(sum(i), 0);
    }
    code.mov(RSI, number(SCORES));
    code.mov(R10, number(PAGES));
    code.ifNotZero(
        R10,
        () ->
            code.repeat(
                R10,
                () -> {
                  code.mov(RCX, PageKernels.PAGE);
                  keysOfPage();
                }));
    code.mov(RCX, number(REST));
    code.ifNotZero(RCX, this::keysOfPage);
  }

  private void keysOfPage() {
    code.mov(RAX, R11);
    code.repeat(
        RCX,
        () -> {
          exponential(exponential::replaceNegative);
          code.add(0, 0, at(RAX));
          code.store(at(RAX), 0);
          code.add(RAX, isa.bytes());
          code.add(RSI, RDX);
        });
  }

  /** Replaces a score and leaves the result in vector 0. */
  private void exponential(Runnable function) {
    code.load(0, at(RSI));
    code.subtract(0, 0, SUBTRAHEND);
    function.run();
    code.store(at(RSI), 0);
  }

  private void foldSums() {
    for (int half = PageKernels.PAGE / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        code.load(0, sum(i));
        code.add(0, 0, sum(i + half));
        code.store(sum(i), 0);
      }
    }
    code.mov(R11, number(SUM));
    code.store(at(R11), 0);
  }

  private Address sum(int position) {
    return at(R11, position * isa.bytes());
  }

  private void gradients() {
    code.mov(R8, number(GRADIENTS));
    code.mov(RCX, number(KEYS));
    code.mov(RAX, number(LOG_SUMS));
    code.load(SUBTRAHEND, at(RAX));
    code.mov(RAX, number(DELTAS));
    code.load(DELTA, at(RAX));
    code.repeat(
        RCX,
        () -> {
          exponential(exponential::replace);
          code.load(1, at(R8));
          code.subtract(1, 1, DELTA);
          code.multiply(1, 0, 1);
          code.store(at(R8), 1);
          code.add(RSI, RDX);
          code.add(R8, RDX);
        });
  }
}

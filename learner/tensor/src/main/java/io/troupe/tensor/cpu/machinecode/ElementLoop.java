package io.troupe.tensor.cpu.machinecode;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Register.R11;
import static io.troupe.tensor.cpu.machinecode.Register.RAX;

import java.util.function.IntConsumer;

/**
 * Generates a loop over operands of equally many floats: code for a whole vector, repeated, and the
 * same code for the elements that do not fill a vector. Of these, lanes without an element load
 * zero and are not stored.
 *
 * <p>Uses RAX for the offset in the operands, R11 for the vectors that are left, the last four
 * numbers and the last mask of {@link Parameters}, and mask register 2, with AVX2 vector 14.
 */
public final class ElementLoop {
  private static final int PAIRS = 20;
  private static final int SINGLE = 21;
  private static final int WHOLE = 22;
  private static final int REST = 23;
  private static final int MASK = 7;

  private final VectorAssembler code;
  private final int restMask;
  private boolean inRest;
  private int offset;

  public ElementLoop(VectorAssembler code) {
    this.code = code;
    this.restMask = code.isa() == Isa.AVX512 ? 2 : 14;
  }

  /** Sets the number of elements for all loops of a function. */
  public static void setLength(Parameters p, Isa isa, int n) {
    int whole = n / isa.lanes();
    p.set(PAIRS, whole / 2);
    p.set(SINGLE, whole % 2);
    p.set(WHOLE, whole);
    p.set(REST, n % isa.lanes());
    p.setMask(isa, MASK, 0, n % isa.lanes());
  }

  /** Generates the loop. The body loads and stores with the methods of this class. */
  public void repeat(Runnable body) {
    code.mov(RAX, 0);
    code.mov(R11, Parameters.number(WHOLE));
    code.ifNotZero(R11, () -> code.repeat(R11, () -> wholeVector(body)));
    code.mov(R11, Parameters.number(REST));
    code.ifNotZero(R11, () -> rest(body));
  }

  /**
   * Generates a loop whose vectors are added to two sums in turn: a single last one to the first,
   * the elements that do not fill a vector to the second.
   *
   * @param body is given the number of the sum, 0 or 1
   */
  public void repeatInTurn(IntConsumer body) {
    code.mov(RAX, 0);
    code.mov(R11, Parameters.number(PAIRS));
    code.ifNotZero(R11, () -> code.repeat(R11, () -> pair(body)));
    code.mov(R11, Parameters.number(SINGLE));
    code.ifNotZero(R11, () -> wholeVector(() -> body.accept(0)));
    code.mov(R11, Parameters.number(REST));
    code.ifNotZero(R11, () -> rest(() -> body.accept(1)));
  }

  private void pair(IntConsumer body) {
    body.accept(0);
    offset = code.isa().bytes();
    body.accept(1);
    offset = 0;
    code.add(RAX, 2 * code.isa().bytes());
  }

  private void wholeVector(Runnable body) {
    body.run();
    code.add(RAX, code.isa().bytes());
  }

  private void rest(Runnable body) {
    code.loadMask(restMask, Parameters.mask(MASK));
    inRest = true;
    body.run();
    inRest = false;
  }

  /** Loads elements of the operand that a register points to. */
  public void load(int target, Register operand) {
    if (inRest) {
      code.load(target, element(operand), restMask);
    } else {
      code.load(target, element(operand));
    }
  }

  /** Stores elements of the operand that a register points to. */
  public void store(Register operand, int source) {
    if (inRest) {
      code.store(element(operand), source, restMask);
    } else {
      code.store(element(operand), source);
    }
  }

  private Address element(Register operand) {
    return at(operand, RAX, 1).plus(offset);
  }

  /**
   * Adds the square of a number computed from each element, rounded once for whole vectors and
   * twice for the elements that do not fill one. Lanes without an element add zero.
   *
   * @param x the numbers, which are overwritten in lanes that do not fill a vector
   */
  public void addSquare(int sum, int x) {
    if (inRest) {
      code.keep(x, x, restMask);
      code.multiply(x, x, x);
      code.add(sum, sum, x);
    } else {
      code.multiplyAdd(sum, x, x);
    }
  }
}

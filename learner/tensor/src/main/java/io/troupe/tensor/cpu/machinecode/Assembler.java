package io.troupe.tensor.cpu.machinecode;

/**
 * Encodes the integer and control instructions that kernels need (Intel 64 and IA-32 Architectures
 * Software Developer's Manual, volume 2). Operands are 64 bits wide and in Intel's order: the
 * destination comes first. Vector instructions are in {@link VectorAssembler}.
 */
public sealed class Assembler permits VectorEncoder {
  private static final int REX_W = 0x48;

  private final CodeBuffer code = new CodeBuffer();

  /** Conditions of jumps. */
  public enum Condition {
    /** The last result was zero, or the operands of the comparison were equal. */
    ZERO(0x4),
    NOT_ZERO(0x5),
    /** Signed comparison. */
    LESS(0xC),
    GREATER_OR_EQUAL(0xD);

    private final int number;

    Condition(int number) {
      this.number = number;
    }
  }

  Assembler() {}

  final CodeBuffer code() {
    return code;
  }

  /** {@code target = source}. */
  public void mov(Register target, Register source) {
    registers(0x89, source, target);
  }

  /** {@code target = value}. */
  public void mov(Register target, int value) {
    code.put(REX_W | target.high(), 0xC7, 0xC0 | target.low());
    code.putInt(value);
  }

  /** Loads a register. */
  public void mov(Register target, Address source) {
    memory(0x8B, target, source);
  }

  /** Stores a register. */
  public void mov(Address target, Register source) {
    memory(0x89, source, target);
  }

  /** {@code target} = the address itself. */
  public void lea(Register target, Address source) {
    memory(0x8D, target, source);
  }

  public void add(Register target, Register source) {
    registers(0x01, source, target);
  }

  public void add(Register target, Address source) {
    memory(0x03, target, source);
  }

  /** Adds to memory. */
  public void add(Address target, Register source) {
    memory(0x01, source, target);
  }

  public void add(Register target, int value) {
    immediate(0, target, value);
  }

  public void sub(Register target, int value) {
    immediate(5, target, value);
  }

  /** Sets the flags for {@code left - right}. */
  public void cmp(Register left, int right) {
    immediate(7, left, right);
  }

  /** Sets the flags for {@code register & register}. */
  public void test(Register register) {
    registers(0x85, register, register);
  }

  /** Subtracts one from memory. */
  public void dec(Address target) {
    code.put(REX_W | target.base().high() | indexBit(target));
    code.put(0xFF);
    code.memory(1, target, 1);
  }

  public void push(Register register) {
    code.put(0x40 | register.high(), 0x50 | register.low());
  }

  public void pop(Register register) {
    code.put(0x40 | register.high(), 0x58 | register.low());
  }

  public void ret() {
    code.put(0xC3);
  }

  /** Puts a label here. */
  public void bind(Label label) {
    label.bindTo(code.size());
    for (int jump : label.jumps()) {
      code.patchInt(jump, code.size() - jump - Integer.BYTES);
    }
  }

  /** Jumps if the condition holds. */
  public void jump(Condition condition, Label label) {
    code.put(0x0F, 0x80 | condition.number);
    distanceTo(label);
  }

  /** Jumps always. */
  public void jump(Label label) {
    code.put(0xE9);
    distanceTo(label);
  }

  /** Repeats code as often as a register says, at least once; the register becomes zero. */
  public void repeat(Register count, Runnable body) {
    Label again = new Label();
    bind(again);
    body.run();
    sub(count, 1);
    jump(Condition.NOT_ZERO, again);
  }

  /** Repeats code as often as a number in memory says, at least once; the number becomes zero. */
  public void repeat(Address count, Runnable body) {
    Label again = new Label();
    bind(again);
    body.run();
    dec(count);
    jump(Condition.NOT_ZERO, again);
  }

  /** Skips code if a register is zero. */
  public void ifNotZero(Register register, Runnable body) {
    Label end = new Label();
    test(register);
    jump(Condition.ZERO, end);
    body.run();
    bind(end);
  }

  /** The code so far. */
  public byte[] bytes() {
    return code.toArray();
  }

  private void distanceTo(Label label) {
    if (label.position() < 0) {
      label.jumps().add(code.size());
      code.putInt(0);
    } else {
      code.putInt(label.position() - code.size() - Integer.BYTES);
    }
  }

  private void registers(int opcode, Register field, Register target) {
    code.put(REX_W | field.high() << 2 | target.high(), opcode);
    code.put(0xC0 | field.low() << 3 | target.low());
  }

  private void memory(int opcode, Register field, Address address) {
    code.put(REX_W | field.high() << 2 | indexBit(address) | address.base().high(), opcode);
    code.memory(field.low(), address, 1);
  }

  private void immediate(int extension, Register target, int value) {
    code.put(REX_W | target.high(), 0x81, 0xC0 | extension << 3 | target.low());
    code.putInt(value);
  }

  private static int indexBit(Address address) {
    return address.index() == null ? 0 : address.index().high() << 1;
  }
}

package io.troupe.tensor.cpu.machinecode;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Register.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.cpu.machinecode.Assembler.Condition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Encodings against the disassembler of GNU binutils: {@code encodings.tsv} holds bytes and what
 * {@code objdump} reads in them. {@code encodings.sh} makes it again from its bytes.
 */
class EncodingTest {
  private static final int FIRST_TEXT = 1;

  @Test
  void integerInstructionsAreWhatADisassemblerReads() throws IOException {
    Map<String, Consumer<VectorAssembler>> cases = new LinkedHashMap<>();
    cases.put("mov r12,rdi", c -> c.mov(R12, RDI));
    cases.put("mov r9,0x10", c -> c.mov(R9, 16));
    cases.put("mov rax,QWORD PTR [rdi+0x88]", c -> c.mov(RAX, at(RDI, 0x88)));
    cases.put("mov QWORD PTR [r13+0x0],rcx", c -> c.mov(at(R13), RCX));
    cases.put("mov QWORD PTR [rsp],r9", c -> c.mov(at(RSP), R9));
    cases.put("lea r13,[r12+r12*2]", c -> c.lea(R13, at(R12, R12, 2)));
    cases.put("lea rbp,[rbx+rbx*8+0x40]", c -> c.lea(RBP, at(RBX, RBX, 8).plus(64)));
    cases.put("add rsi,r10", c -> c.add(RSI, R10));
    cases.put("add rax,QWORD PTR [rdi+0x38]", c -> c.add(RAX, at(RDI, 56)));
    cases.put("add QWORD PTR [r8+r9*4],rdx", c -> c.add(at(R8, R9, 4), RDX));
    cases.put("add r11,0x100", c -> c.add(R11, 256));
    cases.put("sub rcx,0x4", c -> c.sub(RCX, 4));
    cases.put("cmp r14,0xffffffffffffffff", c -> c.cmp(R14, -1));
    cases.put("test r15,r15", c -> c.test(R15));
    cases.put("dec QWORD PTR [rdi+0x78]", c -> c.dec(at(RDI, 120)));
    cases.put("rex push rbx", c -> c.push(RBX));
    cases.put("push r15", c -> c.push(R15));
    cases.put("pop r12", c -> c.pop(R12));
    cases.put("ret", VectorAssembler::ret);
    check(Isa.AVX512, cases);
  }

  @Test
  void wideVectorInstructionsAreWhatADisassemblerReads() throws IOException {
    Map<String, Consumer<VectorAssembler>> cases = new LinkedHashMap<>();
    cases.put("vpxord zmm17,zmm17,zmm17", c -> c.zero(17));
    cases.put("vmovaps zmm31,zmm2", c -> c.move(31, 2));
    cases.put("vmovups zmm0,ZMMWORD PTR [rsi]", c -> c.load(0, at(RSI)));
    cases.put(
        "vmovups zmm30,ZMMWORD PTR [rsi+rbx*2+0x40]", c -> c.load(30, at(RSI, RBX, 2).plus(64)));
    cases.put("vmovups zmm3,ZMMWORD PTR [r9+0x7c]", c -> c.load(3, at(R9, 124)));
    cases.put("vmovups zmm5{k1}{z},ZMMWORD PTR [r13+0x0]", c -> c.load(5, at(R13), 1));
    cases.put("vmovups ZMMWORD PTR [rax+0x1000],zmm9", c -> c.store(at(RAX, 4096), 9));
    cases.put("vmovups ZMMWORD PTR [rax+r11*8]{k7},zmm29", c -> c.store(at(RAX, R11, 8), 29, 7));
    cases.put("vbroadcastss zmm31,DWORD PTR [r9+r14*1]", c -> c.broadcast(31, at(R9, R14, 1)));
    cases.put("vbroadcastss zmm8,DWORD PTR [r8-0x4]", c -> c.broadcast(8, at(R8, -4)));
    cases.put("vfmadd231ps zmm27,zmm31,zmm28", c -> c.multiplyAdd(27, 31, 28));
    cases.put(
        "vfmadd231ps zmm7,zmm31,ZMMWORD PTR [rsi+rbp*1+0x40]",
        c -> c.multiplyAdd(7, 31, at(RSI, RBP, 1).plus(64)));
    cases.put("vaddps zmm1,zmm16,zmm15", c -> c.add(1, 16, 15));
    cases.put("vaddps zmm12,zmm12,ZMMWORD PTR [rdx+0x80]", c -> c.add(12, 12, at(RDX, 128)));
    cases.put("vsubps zmm1,zmm2,zmm30", c -> c.subtract(1, 2, 30));
    cases.put("vsubps zmm1,zmm2,ZMMWORD PTR [rdx]", c -> c.subtract(1, 2, at(RDX)));
    cases.put("vmulps zmm23,zmm4,zmm5", c -> c.multiply(23, 4, 5));
    cases.put("vmaxps zmm6,zmm7,zmm8", c -> c.max(6, 7, 8));
    cases.put("vminps zmm6,zmm17,zmm8", c -> c.min(6, 17, 8));
    cases.put("vdivps zmm16,zmm7,zmm28", c -> c.divide(16, 7, 28));
    cases.put("vsqrtps zmm1,zmm31", c -> c.squareRoot(1, 31));
    cases.put("vbroadcastss zmm17,xmm2", c -> c.broadcastFirst(17, 2));
    cases.put("vcvtss2sd xmm1,xmm17,xmm17", c -> c.firstToDouble(1, 17));
    cases.put("vcvtsd2ss xmm1,xmm2,xmm2", c -> c.firstToFloat(1, 2));
    cases.put("vaddsd xmm1,xmm2,xmm3", c -> c.addFirstDoubles(1, 2, 3));
    cases.put("vdivsd xmm16,xmm2,xmm3", c -> c.divideFirstDoubles(16, 2, 3));
    cases.put("vsqrtsd xmm4,xmm5,xmm5", c -> c.squareRootOfFirstDouble(4, 5));
    cases.put("vmovss DWORD PTR [r8+rax*1+0x4],xmm9", c -> c.storeFirst(at(R8, RAX, 1).plus(4), 9));
    cases.put("vcmpnltps k1,zmm0,zmm5", c -> c.notLess(1, 0, 5));
    cases.put("vpandd zmm17,zmm9,zmm30", c -> c.and(17, 9, 30));
    cases.put("vpord zmm8,zmm21,zmm6", c -> c.or(8, 21, 6));
    cases.put("vmovaps zmm3{k1}{z},zmm20", c -> c.keep(3, 20, 1));
    cases.put("vblendmps zmm18{k1},zmm17,zmm3", c -> c.blend(18, 17, 3, 1));
    cases.put("vscalefps zmm1,zmm2,zmm30", c -> c.scale(1, 2, 30));
    cases.put("kmovw k3,WORD PTR [rdi+0xc0]", c -> c.loadMask(3, at(RDI, 192)));
    cases.put("prefetcht1 BYTE PTR [rdx]", c -> c.prefetch(at(RDX)));
    cases.put("prefetcht1 BYTE PTR [r10+rbx*1]", c -> c.prefetch(at(R10, RBX, 1)));
    cases.put("vunpcklps zmm1,zmm2,zmm19", c -> c.unpackLow(1, 2, 19));
    cases.put("vunpckhps zmm1,zmm2,zmm3", c -> c.unpackHigh(1, 2, 3));
    cases.put("vunpcklpd zmm1,zmm2,zmm3", c -> c.unpackLowPairs(1, 2, 3));
    cases.put("vunpckhpd zmm21,zmm22,zmm23", c -> c.unpackHighPairs(21, 22, 23));
    cases.put("vshufps zmm1,zmm2,zmm3,0x88", c -> c.shuffle(1, 2, 3, 0x88));
    cases.put("vshuff32x4 zmm1,zmm2,zmm3,0xdd", c -> c.shuffleQuarters(1, 2, 3, 0xDD));
    cases.put("vpermt2ps zmm1,zmm2,zmm3", c -> c.permute(1, 2, 3));
    cases.put("vzeroupper", VectorAssembler::zeroUpper);
    check(Isa.AVX512, cases);
  }

  @Test
  void narrowVectorInstructionsAreWhatADisassemblerReads() throws IOException {
    Map<String, Consumer<VectorAssembler>> cases = new LinkedHashMap<>();
    cases.put("vxorps ymm9,ymm9,ymm9", c -> c.zero(9));
    cases.put("vmovaps ymm15,ymm2", c -> c.move(15, 2));
    cases.put("vmovups ymm0,YMMWORD PTR [r9+r12*4+0x20]", c -> c.load(0, at(R9, R12, 4).plus(32)));
    cases.put("vmaskmovps ymm5,ymm14,YMMWORD PTR [rsi]", c -> c.load(5, at(RSI), 14));
    cases.put("vmovups YMMWORD PTR [rax+0x20],ymm11", c -> c.store(at(RAX, 32), 11));
    cases.put("vmaskmovps YMMWORD PTR [r8],ymm3,ymm12", c -> c.store(at(R8), 12, 3));
    cases.put("vbroadcastss ymm15,DWORD PTR [r8+r13*2]", c -> c.broadcast(15, at(R8, R13, 2)));
    cases.put("vfmadd231ps ymm11,ymm15,ymm12", c -> c.multiplyAdd(11, 15, 12));
    cases.put("vaddps ymm1,ymm9,YMMWORD PTR [rdx+0x100]", c -> c.add(1, 9, at(RDX, 256)));
    cases.put("vcmpnltps ymm9,ymm0,ymm5", c -> c.notLess(9, 0, 5));
    cases.put("vminps ymm9,ymm0,ymm5", c -> c.min(9, 0, 5));
    cases.put("vdivps ymm1,ymm12,ymm13", c -> c.divide(1, 12, 13));
    cases.put("vsqrtps ymm9,ymm14", c -> c.squareRoot(9, 14));
    cases.put("vbroadcastss ymm1,xmm9", c -> c.broadcastFirst(1, 9));
    cases.put("vcvtss2sd xmm9,xmm2,xmm2", c -> c.firstToDouble(9, 2));
    cases.put("vcvtsd2ss xmm1,xmm12,xmm12", c -> c.firstToFloat(1, 12));
    cases.put("vaddsd xmm1,xmm12,xmm3", c -> c.addFirstDoubles(1, 12, 3));
    cases.put("vdivsd xmm1,xmm2,xmm13", c -> c.divideFirstDoubles(1, 2, 13));
    cases.put("vsqrtsd xmm4,xmm15,xmm15", c -> c.squareRootOfFirstDouble(4, 15));
    cases.put("vmovss DWORD PTR [rsi],xmm3", c -> c.storeFirst(at(RSI), 3));
    cases.put("vblendvps ymm9,ymm2,ymm12,ymm15", c -> c.blend(9, 2, 12, 15));
    cases.put("vandps ymm0,ymm0,ymm9", c -> c.keep(0, 0, 9));
    cases.put("vpand ymm1,ymm14,ymm9", c -> c.and(1, 14, 9));
    cases.put("vpor ymm12,ymm0,ymm6", c -> c.or(12, 0, 6));
    cases.put("vpaddd ymm1,ymm2,ymm13", c -> c.addIntegers(1, 2, 13));
    cases.put("vpsubd ymm9,ymm2,ymm3", c -> c.subtractIntegers(9, 2, 3));
    cases.put("vpslld ymm9,ymm2,0x17", c -> c.shiftLeft(9, 2, 23));
    cases.put("vpsrad ymm1,ymm12,0x1", c -> c.shiftRight(1, 12, 1));
    cases.put("vperm2f128 ymm1,ymm2,ymm3,0x31", c -> c.selectHalves(1, 2, 3, 0x31));
    cases.put("vpermpd ymm1,ymm10,0xd8", c -> c.permutePairs(1, 10, 0xD8));
    check(Isa.AVX2, cases);
  }

  @Test
  void jumpsReachLabelsBeforeAndAfterThem() {
    VectorAssembler code = new VectorAssembler(Isa.AVX2);
    Label before = new Label();
    Label after = new Label();
    code.bind(before);
    code.jump(Condition.NOT_ZERO, before);
    code.jump(Condition.LESS, after);
    code.jump(before);
    code.bind(after);
    code.ret();
    assertThat(HexFormat.of().formatHex(code.bytes()))
        .isEqualTo("0f85faffffff" + "0f8c05000000" + "e9efffffff" + "c3");
  }

  @Test
  void loopsAndConditionsJumpAroundTheirCode() {
    VectorAssembler code = new VectorAssembler(Isa.AVX2);
    code.ifNotZero(RCX, () -> code.repeat(RCX, code::zeroUpper));
    code.ret();
    String skip = "4885c9" + "0f8410000000";
    String loop = "c5f877" + "4881e901000000" + "0f85f0ffffff";
    assertThat(HexFormat.of().formatHex(code.bytes())).isEqualTo(skip + loop + "c3");
  }

  @Test
  void loopsCountInMemory() {
    VectorAssembler code = new VectorAssembler(Isa.AVX2);
    code.repeat(at(RDI, 120), code::zeroUpper);
    String dec = "48ff4f78";
    assertThat(HexFormat.of().formatHex(code.bytes())).isEqualTo("c5f877" + dec + "0f85f3ffffff");
  }

  private static void check(Isa isa, Map<String, Consumer<VectorAssembler>> cases)
      throws IOException {
    Map<String, String> encodings = encodings();
    cases.forEach(
        (text, emitter) -> {
          VectorAssembler code = new VectorAssembler(isa);
          emitter.accept(code);
          String bytes = HexFormat.ofDelimiter(" ").formatHex(code.bytes());
          assertThat(encodings.get(bytes)).as("disassembly of %s", bytes).isEqualTo(text);
        });
  }

  private static Map<String, String> encodings() throws IOException {
    Map<String, String> encodings = new LinkedHashMap<>();
    try (InputStream in = EncodingTest.class.getResourceAsStream("encodings.tsv")) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        String[] columns = line.split("\t");
        encodings.put(columns[0], columns[FIRST_TEXT]);
      }
    }
    return encodings;
  }
}

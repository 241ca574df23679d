/**
 * Every instruction in the text of real binaries against reference disassemblers: length, mnemonic and operands
 * as `objdump -d` says; Go syntax as `go tool objdump` says where that tool knows the instruction; and what is
 * decoded encodes to something that decodes alike.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readFileSync } from 'node:fs';
import { readElf, readSymbols, STT } from '../../../isa/abi/elf.js';
import { isFault } from '../../../isa/isa.js';
import { decode } from '../../../isa/x86/decode.js';
import { encodeInsn, isEncodeFailure } from '../../../isa/x86/encode.js';
import { Space } from '../../../isa/x86/form.js';
import { printGnu } from '../../../isa/x86/printGnu.js';
import { printGo } from '../../../isa/x86/printGo.js';
import { formOf } from '../../../isa/x86/table.js';
import type { Insn, Operand } from '../../../isa/row.js';
import { binaries } from '../../helpers/binaries.js';
import { hexOf } from '../../helpers/forms.js';
import { goObjdump, objdump } from '../../helpers/listing.js';
import { has, hasAll } from '../../helpers/oracle.js';

const Binaries = suite('isa/x86 real binaries');
const go = ['/usr/local/go/bin/go', 'go'].find(has);

/** The first few differences, so that a failure says what is wrong without a million lines. */
class Differences {
  count = 0;
  private readonly shown: string[] = [];
  add(text: string): void {
    if (this.count++ < 10) this.shown.push(text);
  }
  assertNone(): void {
    assert.equal(this.shown, [], `${this.count} differences`);
  }
}

const textOf = (o: Operand): string => JSON.stringify(o, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v));

/** Undefined when the encoding of `insn` decodes alike. */
function encodeFault(insn: Insn): string | undefined {
  const encoded = encodeInsn(insn);
  if (isEncodeFailure(encoded)) return encoded.reason;
  const back = decode(encoded.bytes, 0, insn.pc);
  if (isFault(back)) return `${hexOf(encoded.bytes)} ${back}`;
  const alike = back.row === insn.row && back.lock === insn.lock && back.rep === insn.rep && back.ops.every((o, i) => textOf(o) === textOf(insn.ops[i]!));
  return alike ? undefined : `${hexOf(encoded.bytes)} ${back.row.form} ${back.ops.map(textOf).join(' ')}`;
}

if (hasAll('real binaries', 'objdump')) {
  for (const binary of binaries('real binaries')) {
    Binaries(`${binary.name}: objdump's length, mnemonic and operands; encoding decodes alike`, async () => {
      const differ = new Differences();
      let n = 0;
      let unknown = 0;
      for await (const { address, bytes, text } of objdump(binary.path)) {
        n++;
        const insn = decode(bytes, 0, address);
        if (text.includes('(bad)')) { // data in the text
          unknown++;
          if (!isFault(insn)) differ.add(`${hexOf(bytes)} ${text}: decoded as ${insn.row.form}`);
          continue;
        }
        if (isFault(insn) || insn.length !== bytes.length) {
          differ.add(`${hexOf(bytes)} ${text}: ${isFault(insn) ? insn : `${insn.length} bytes`}`);
          continue;
        }
        const ours = printGnu(insn, () => 'S');
        if (ours !== text.replace(/<[^>]*>/g, '<S>')) differ.add(`${hexOf(bytes)}\n  want ${text}\n  got  ${ours}`);
        const fault = encodeFault(insn);
        if (fault) differ.add(`${hexOf(bytes)} ${text}: encodes to ${fault}`);
      }
      console.log(`${binary.name}: ${n} instructions as objdump says, ${differ.count} differences, ${unknown} unknown to objdump`);
      differ.assertNone();
    });

    if (binary.go && go) {
      Binaries(`${binary.name}: Go syntax`, async () => {
        const starts = new Map<number, number>(); // instruction boundaries: the tool loses them after what it does not know
        for await (const { address, bytes } of objdump(binary.path)) starts.set(address, bytes.length);
        const names = namesAt(readFileSync(binary.path));
        const differ = new Differences();
        let n = 0;
        let unknown = 0;
        for await (const { address, bytes, text } of goObjdump(go, binary.path)) {
          const insn = decode(bytes, 0, address);
          if (isFault(insn) || text === '?' || starts.get(address) !== bytes.length || formOf(insn.row).space !== Space.Legacy) {
            unknown++;
            continue;
          }
          n++;
          const ours = printGo(insn, (a) => (text.includes('(SB)') ? names(a, text) : undefined));
          if (ours !== text && !/\$[^$,]*\+\d+\(SB\)/.test(text)) differ.add(`${hexOf(bytes)}\n  want ${text}\n  got  ${ours}`);
        }
        console.log(`${binary.name}: ${n} instructions as go tool objdump says, ${differ.count} differences, ${unknown} lines it does not know`);
        differ.assertNone();
      });
    }
  }
}

/** The symbol that holds an address: of several at one place, the one that the text names. */
function namesAt(image: Uint8Array): (address: bigint, text: string) => { name: string; start: bigint } | undefined {
  const symbols = readSymbols(readElf(image)).filter((s) => s.name !== '' && s.section !== 0 && s.type !== STT.SECTION && s.type !== STT.FILE);
  symbols.sort((a, b) => a.value - b.value);
  return (address, text) => {
    let low = 0;
    let high = symbols.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (symbols[mid]!.value <= Number(address)) low = mid + 1;
      else high = mid;
    }
    for (let i = low - 1; i >= 0 && i > low - 50; i--) {
      const s = symbols[i]!;
      if (text.includes(s.name) && Number(address) < s.value + Math.max(1, s.size)) return { name: s.name, start: BigInt(s.value) };
    }
    return undefined;
  };
}

Binaries.run();

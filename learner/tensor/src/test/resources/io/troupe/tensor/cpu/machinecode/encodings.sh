#!/usr/bin/env bash
# Writes encodings.tsv: bytes of instructions, and what objdump (GNU binutils) reads in them.
# Usage: encodings.sh BYTES, a file with the bytes of one instruction a line, such as "c5 f8 77".
set -eu
code=$(mktemp)
trap 'rm -f "$code"' EXIT
sort -u "$1" | while IFS= read -r bytes; do
  # shellcheck disable=SC2086 # one argument for each byte
  printf '%b' "$(printf '\\x%s' $bytes)" >"$code"
  text=$(objdump -D -b binary -m i386:x86-64 -M intel --insn-width=16 "$code" | sed -n '/^ *0:/s/.*\t//p' |
    sed 's/  */ /g; s/ *$//')
  printf '%s\t%s\n' "$bytes" "$text"
done >"$(dirname "$0")/encodings.tsv"

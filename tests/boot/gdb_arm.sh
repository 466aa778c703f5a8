#!/bin/sh
# A session of gdb-multiarch with an ARMv7 machine, and what -d exec and the monitor print of A32 and T32. usage: gdb_arm.sh PROGRAM
program=$1
command -v gdb-multiarch >/dev/null || { echo "SKIP: gdb-multiarch is not installed"; exit 77; }
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
port=$((20000 + $$ % 20000))

# 0: mov r0, #5; add r1, pc, #1; bx r1; in T32 from 0xc: subs r0, #1; mov.w r2, #7; it ne; movne r3, #1; b .
printf '\005\000\240\343\001\020\217\342\021\377\057\341\001\070\117\360\007\002\030\277\001\043\376\347' >"$work/program"
cat >"$work/commands" <<END
set confirm off
target remote :$port
show architecture
print/x \$cpsr & 0x3f
x/2i \$pc
stepi
print \$r0
break *0xe
continue
print/x \$pc
print/x \$cpsr & 0x3f
x/3i \$pc
stepi
stepi
stepi
print \$r3
set \$sp_irq = 0x1234
print/x \$sp_irq
set \$d17 = 2.5
print \$d17
print/x \$MIDR
set \$VBAR = 0x800
print \$VBAR
monitor info registers
monitor x/8i 0xc
kill
END
"$program" -M virt,secure=on -cpu cortex-a15 -m 64M -nographic -bios "$work/program" -S -gdb tcp::$port --timeout 30 -d exec -D "$work/exec" </dev/null >"$work/log" 2>&1 &
sleep 0.5
timeout 25 gdb-multiarch -batch -x "$work/commands" >"$work/out" 2>&1
wait $!
status=$?
for text in '"arm"' '$1 = 0x13' 'mov	r0, #5' '$2 = 5' '$3 = 0xe' '$4 = 0x33' 'mov.w	r2, #7' 'movne	r3, #1' '$5 = 1' '$6 = 0x1234' '$7 = 2.5' '$8 = 0x412fc0f1' '$9 = 2048' \
    'svc Secure' 'irq SP 00001234' 'VBAR       00000800' '3801  subs r0, #1' 'f04f0207  mov.w r2, #7' '2301  movne r3, #1' 'e7fe  b #'; do
    grep -qF "$text" "$work/out" || { echo "missing: $text"; cat "$work/out" "$work/log"; exit 1; }
done
for text in 'EL3 svc 0x00000008: e12fff11  bx r1' 'EL3 svc 0x0000000c: 3801  subs r0, #1' 'EL3 svc 0x0000000e: f04f0207  mov.w r2, #7' '0x00000014: 2301  movne r3, #1'; do
    grep -qF "$text" "$work/exec" || { echo "not logged: $text"; cat "$work/exec"; exit 1; }
done
[ $status = 0 ] || { echo "exit status $status"; cat "$work/log"; exit 1; }

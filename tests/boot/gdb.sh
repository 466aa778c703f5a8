#!/bin/sh
# A session with gdb-multiarch, where it is installed: break, step, watch, registers of another EL. usage: gdb.sh PROGRAM
program=$1
command -v gdb-multiarch >/dev/null || { echo "SKIP: gdb-multiarch is not installed"; exit 77; }
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
port=$((20000 + $$ % 20000))

# movz x1, #0x4030, lsl #16; mov x2, #5; str x2, [x1]; subs x2, x2, #1; b.ne the store; b .
printf '\001\006\250\322\242\000\200\322\042\000\000\371\102\004\000\361\301\377\377\124\000\000\000\024' >"$work/program"
cat >"$work/commands" <<END
set confirm off
set architecture aarch64
target remote :$port
print \$pc
stepi
print \$pc
break *0x4008000c
continue
print \$x2
delete 1
watch *(long *)0x40300000
continue
print \$pc
print/x \$HCR_EL2
set \$VBAR_EL1 = 0x800
print \$VBAR_EL1
set \$x2 = 77
print \$x2
monitor info cpus
kill
END
"$program" -M virt -m 64M -nographic -kernel "$work/program" -S -gdb tcp::$port --timeout 30 </dev/null >"$work/log" 2>&1 &
sleep 0.5
timeout 25 gdb-multiarch -batch -x "$work/commands" >"$work/out" 2>&1
wait $!
status=$?
for text in '$1 = (void (*)()) 0x40080000' '$2 = (void (*)()) 0x40080004' '$3 = 5' 'Hardware watchpoint 2' 'New value = 4' '$5 = 0x80000000' '$6 = 2048' '$7 = 77' 'CPU 0'; do
    grep -qF "$text" "$work/out" || { echo "missing: $text"; cat "$work/out" "$work/log"; exit 1; }
done
[ $status = 0 ] || { echo "exit status $status"; cat "$work/log"; exit 1; }

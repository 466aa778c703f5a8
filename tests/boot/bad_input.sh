#!/bin/sh
# Bad input: one line that names the file or option, exit 2; and what ends otherwise has its own status. usage: bad_input.sh PROGRAM
program=$1
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
bad=0

# refuses TEXT ARGUMENT…: exit 2, exactly one line on stderr, with TEXT in it
refuses() {
    text=$1
    shift
    timeout 20 "$program" -nographic "$@" </dev/null >"$work/out" 2>"$work/err"
    status=$?
    lines=$(wc -l <"$work/err")
    if [ $status != 2 ] || [ "$lines" != 1 ] || ! grep -qF -- "$text" "$work/err"; then
        echo "armature $*: wanted exit 2 and one line with '$text'; got exit $status:"
        head -n 5 "$work/err"
        bad=1
    fi
}

# ends STATUS ARGUMENT…
ends() {
    want=$1
    shift
    timeout 20 "$program" -nographic "$@" </dev/null >"$work/out" 2>&1
    status=$?
    [ $status = "$want" ] || { echo "armature $*: wanted exit $want, got $status"; tail -n 3 "$work/out"; bad=1; }
}

# words WORD…: as the bytes of little-endian memory
words() {
    for word in "$@"; do
        # shellcheck disable=SC2059 # escapes are wanted
        printf "$(printf '\\%03o\\%03o\\%03o\\%03o' $((word & 255)) $((word >> 8 & 255)) $((word >> 16 & 255)) $((word >> 24)))"
    done
}

: >"$work/empty"
printf 'not an image' >"$work/text"
head -c 100000 /dev/zero >"$work/zeros"
gzip -c "$work/zeros" | head -c 60 >"$work/short.gz"
{ head -c 5000 /dev/urandom | gzip -c | head -c -8; printf 'AAAABBBB'; } >"$work/corrupt.gz"
head -c 3000000 /dev/zero >"$work/large"
cp /bin/ls "$work/x86.elf"
head -c 64 "$work/x86.elf" >"$work/short.elf"
# An arm64 Image header that claims 1 GiB.
{ printf '\0\0\0\024\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\100\0\0\0\0\012\0\0\0\0\0\0\0'; head -c 24 /dev/zero; printf 'ARM\144'; head -c 4 /dev/zero; } >"$work/huge.image"
# A zImage's header, and a legacy U-Boot image's with a CRC that is not its header's.
{ head -c 36 /dev/zero; printf '\030\050\157\001\0\0\0\0\0\020\0\0'; head -c 4096 /dev/zero; } >"$work/zimage"
{ printf '\047\005\031\126'; head -c 4096 /dev/zero; } >"$work/uimage"
{ printf '\320\015\376\355'; head -c 4096 /dev/zero; } >"$work/fit"
{ printf '\3757zXZ\0'; head -c 4096 /dev/zero; } >"$work/xz"

refuses "$work/none" -kernel "$work/none"
refuses "$work/empty" -kernel "$work/empty"
refuses "$work/short.gz" -kernel "$work/short.gz"
refuses "$work/corrupt.gz: the gzip data is corrupt" -kernel "$work/corrupt.gz"
refuses "$work/x86.elf" -kernel "$work/x86.elf"
refuses "$work/short.elf" -kernel "$work/short.elf"
refuses "$work/huge.image" -m 512M -kernel "$work/huge.image"
refuses "$work/zimage: a 32-bit Arm image, and -cpu cortex-a57 starts in AArch64" -kernel "$work/zimage"
refuses "$work/zimage: with -M secure=on this kernel needs firmware" -M virt,secure=on -cpu cortex-a15 -kernel "$work/zimage"
refuses "$work/uimage: the uImage's header is damaged" -kernel "$work/uimage"
refuses "$work/uimage: the uImage's header is damaged" -kernel "$work/zeros" -initrd "$work/uimage"
refuses "$work/fit: a device tree or a FIT image, not a kernel" -kernel "$work/fit"
refuses "$work/xz: XZ data, which must be unpacked first" -kernel "$work/xz"
refuses "$work/none" -kernel "$work/zeros" -initrd "$work/none"
refuses "$work/large: 2929 KiB do not fit into 2 MiB of RAM" -M virt -cpu cortex-a15 -m 2M -kernel "$work/zeros" -initrd "$work/large"
refuses "overlaps $work/zeros" -M virt -cpu cortex-a7 -kernel "$work/zeros" -device "loader,file=$work/text,addr=0x40010000"
refuses "-m: at most 3 GiB with highmem=off" -M virt,highmem=off -cpu cortex-a15 -m 4G
refuses "-m: vexpress-a15 has at most 2 GiB" -M vexpress-a15 -m 3G
refuses "-smp 3: vexpress-a15 has 1 to 2" -M vexpress-a15 -smp 3
refuses "$work/large" -m 2M -kernel "$work/zeros" -initrd "$work/large"
refuses "$work/text" -kernel "$work/zeros" -dtb "$work/text"
refuses "$work/empty" -bios "$work/empty"
refuses "overlaps" -device "loader,file=$work/zeros,addr=0x40100000" -device "loader,file=$work/text,addr=0x40100010"
refuses "addr=" -device "loader,file=$work/zeros"
refuses "0x10000000" -device "loader,file=$work/zeros,addr=0x10000000"
refuses "cpu-num=3" -device "loader,file=$work/zeros,addr=0x40100000,cpu-num=3"
refuses "--frobnicate" --frobnicate
refuses "-netdev" -netdev user
refuses "cortex-a99" -cpu cortex-a99
refuses "pc" -M pc
refuses "gic-version=3" -M virt,gic-version=3
refuses "banana" -m banana
refuses "--turn 0" --turn 0
refuses "--turn 100000001" --turn=100000001
refuses "--turn fast" --turn fast
refuses "-smp 99" -smp 99
refuses "-smp sockets=2" -smp sockets=2,cores=2
refuses "nonsense" -d nonsense
refuses "-append" -append
refuses "half" --timing half
refuses "file.txt" file.txt
refuses "kernel=" --xen-dom0 mem=1G
refuses "-kernel" --xen-dom0 "kernel=$work/zeros"
refuses "$work/no/such/folder" -D "$work/no/such/folder/log" -d int
refuses "tcp" -gdb serial

# The board's PEs and their vectors start in flash 0, which is at 0 as well: UDF, at 4 a branch, to code that prints V and switches off.
words 0xea000006 0xea000006 0 0 0 0 0 0 0xe7f000f0 >"$work/vectors"
words 0xe3000000 0xe3410c09 0xe3001301 0xe5801030 0xe3a01056 0xe5801000 >>"$work/vectors" # PL011: UARTCR, UARTDR
words 0xe3410c01 0xe3001000 0xe34c1080 0xe58010a4 0xeafffffe >>"$work/vectors"           # SYS_CFGCTRL: shutdown
for options in "-bios $work/vectors" "-drive if=pflash,file=$work/vectors,readonly=on"; do
    for machine in vexpress-a15 vexpress-a15,virtualization=off vexpress-a15,secure=on; do
        # shellcheck disable=SC2086 # an option and its value
        ends 0 -M $machine $options --max-insns 100000
        [ "$(cat "$work/out")" = V ] || { echo "$machine $options: the vectors at 0 are not the flash's"; bad=1; }
    done
done

printf '\0\0\0\024' >"$work/loop" # b .
ends 124 -kernel "$work/loop" --max-insns 4096
ends 124 -kernel "$work/loop" --timeout 0.2
ends 0 -M "virt,dumpdtb=$work/dtb" -append "console=here"
grep -aqF "console=here" "$work/dtb" || { echo "dumpdtb: no command line in the tree"; bad=1; }
# A PE that a loader has sent somewhere starts there, beside a kernel.
ends 124 -smp 2 -kernel "$work/loop" -device "loader,file=$work/loop,addr=0x40100000,cpu-num=1" --max-insns 100000 -d in_asm -D "$work/log"
grep -q "cpu1 .*0x0000000040100000" "$work/log" || { echo "cpu1 is not where its loader has sent it"; bad=1; }
ends 3 -kernel "$work/zeros" # UDF, and a vector that holds UDF
ends 3 -M virt,virtualization=off -kernel "$work/zeros"
ends 3 -M virt,secure=on -kernel "$work/zeros"
words 0xd503207f 0x17ffffff >"$work/waits" # WFI; B to it
ends 3 -kernel "$work/waits"
grep -qF "nothing can wake them" "$work/out" || { echo "a machine that waits for ever was not named"; bad=1; }
ends 3 -smp 2 -kernel "$work/waits" --realtime
exit $bad

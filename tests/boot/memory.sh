#!/bin/sh
# The host's memory: at most what the guest has touched, its code pages, and 64 MiB. usage: memory.sh PROGRAM IMAGES_FOLDER
program=$1
images=$2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
bad=0

# value KEY
value() {
    sed -n "s/^ *\"$1\": \([0-9]*\),*\$/\1/p" "$work/stats.json"
}

# bounded NAME GUEST_MIB STATUS ARGUMENT…: the run ends with STATUS, its guest touches no more than GUEST_MIB, and the program has no more than it may
bounded() {
    name=$1
    most=$(($2 << 20))
    want=$3
    shift 3
    "$program" -nographic --stats="$work/stats.json" "$@" </dev/null >"$work/out" 2>&1
    status=$?
    [ $status = "$want" ] || { echo "$name: exit status $status"; tail -n 3 "$work/out"; exit 1; }
    peak=$(value host_resident_peak)
    guest=$(value host_guest_memory)
    code=$(value host_code_pages)
    echo "$name: $((peak >> 10)) KiB; guest memory $((guest >> 10)), code pages $((code >> 10))"
    [ "$peak" -gt 0 ] && [ "$guest" -gt 0 ] && [ "$code" -gt 0 ] || { echo "$name: the report lacks something"; bad=1; }
    [ "$guest" -le $most ] || { echo "$name: the guest cannot have touched so much"; bad=1; }
    [ "$peak" -le $((guest + code + (64 << 20))) ] || { echo "$name: more than it may have"; bad=1; }
}

printf '\0\0\0\024' >"$work/loop" # b .
bounded "a small machine" 1 124 -m 4M -kernel "$work/loop" --max-insns 1000
bounded "a large machine" 1 124 -m 255G -smp 8 -cpu max -kernel "$work/loop" --max-insns 1000
head -c 200M /dev/zero | gzip -1 >"$work/zeros.gz"
bounded "a large file that is unpacked" 202 124 -m 1G -kernel "$work/loop" -initrd "$work/zeros.gz" --max-insns 1000
cp "$work/loop" "$work/holes"
truncate -s 200M "$work/holes"
bounded "a large file that is not" 202 124 -m 1G -kernel "$work/loop" -initrd "$work/holes" --max-insns 1000
[ -s "$images/vmlinuz" ] || exit $bad
bounded "Linux" 256 0 -m 2G -kernel "$images/vmlinuz" -initrd "$images/initramfs.cpio" -append "console=ttyAMA0 cryptomgr.notests quiet"
exit $bad

#!/usr/bin/env bash
# Measures boots: instructions, seconds, MIPS, and the ratio to qemu-system-aarch64, which runs the same guest in turn with ours where it is
# installed. The best of several runs counts, because a shared machine only ever slows one down.
# usage: bench.sh PROGRAM IMAGES_FOLDER [-n RUNS] [NAME…]    names: linux, linux-el1, xen
set -euo pipefail

program=$1
images=$2
shift 2
runs=3
names=()
while [ $# -gt 0 ]; do
    case $1 in
    -n) runs=$2 && shift 2 ;;
    linux | linux-el1 | xen) names+=("$1") && shift ;;
    *) echo "bench: $1: not one of linux, linux-el1, xen" >&2 && exit 2 ;;
    esac
done
[ ${#names[@]} -gt 0 ] || names=(linux xen)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
results=$(dirname "$program")/bench.json
peer=$(command -v qemu-system-aarch64 || true)

linux_args=(-cpu cortex-a57 -m 1G -nographic -kernel "$images/vmlinuz" -initrd "$images/initramfs.cpio" -append "console=ttyAMA0")
dom0="kernel=$images/vmlinuz,initrd=$images/initramfs.cpio,append=console=hvc0,mem=512M"

# ours NAME: the command line, in `command`
ours() {
    case $1 in
    linux) command=("$program" -M virt "${linux_args[@]}") ;;
    linux-el1) command=("$program" -M virt,virtualization=off "${linux_args[@]}") ;;
    xen) command=("$program" -M virt -cpu cortex-a57 -m 2G -nographic -kernel "$images/xen" --xen-dom0 "$dom0") ;;
    esac
}

# The peer gets our device tree for Xen, and the modules where it says that they are.
theirs() {
    case $1 in
    linux) command=("$peer" -M virt,gic-version=2,virtualization=on -nic none "${linux_args[@]}") ;;
    linux-el1) command=("$peer" -M virt,gic-version=2 -nic none "${linux_args[@]}") ;;
    xen)
        local at
        "$program" -M "virt,dumpdtb=$work/xen.dtb" -cpu cortex-a57 -m 2G -nographic -kernel "$images/xen" --xen-dom0 "$dom0" </dev/null
        mapfile -t at < <(grep -ao 'module@[0-9a-f]*' "$work/xen.dtb" | sort | sed 's/module@/0x/')
        command=("$peer" -M virt,gic-version=2,virtualization=on -nic none -cpu cortex-a57 -m 2G -nographic -kernel "$images/xen" -dtb "$work/xen.dtb"
            -device "loader,file=$images/vmlinuz,addr=${at[0]},force-raw=on" -device "loader,file=$images/initramfs.cpio,addr=${at[1]},force-raw=on")
        ;;
    esac
}

# seconds COMMAND…: wall time; the guest must come up and power off.
seconds() {
    local start end
    start=$(date +%s.%N)
    timeout 300 "$@" </dev/null >"$work/out" 2>&1 || { tail -n 5 "$work/out" >&2 && echo "bench: failed: $*" >&2 && exit 1; }
    end=$(date +%s.%N)
    grep -aq GUEST-UP "$work/out" || { echo "bench: the guest did not come up: $*" >&2 && exit 1; }
    awk "BEGIN { printf \"%.3f\", $end - $start }"
}

less() {
    [ -z "$2" ] || awk "BEGIN { exit !($1 < $2) }"
}

printf '%-10s %14s %9s %8s %12s %8s\n' boot instructions seconds MIPS "qemu seconds" ratio
printf '[\n' >"$results"
separator=
for name in "${names[@]}"; do
    best= peer_best=
    for ((i = 0; i < runs; i++)); do
        ours "$name"
        t=$(seconds "${command[@]}" "--stats=$work/stats.json")
        if less "$t" "$best"; then best=$t; fi
        if [ -n "$peer" ]; then
            theirs "$name"
            t=$(seconds "${command[@]}")
            if less "$t" "$peer_best"; then peer_best=$t; fi
        fi
    done
    insns=$(sed -n 's/.*"instructions": \([0-9]*\).*/\1/p' "$work/stats.json")
    mips=$(awk "BEGIN { printf \"%.1f\", $insns / $best / 1e6 }")
    ratio=
    [ -z "$peer_best" ] || ratio=$(awk "BEGIN { printf \"%.2f\", $peer_best / $best }")
    printf '%-10s %14s %9s %8s %12s %8s\n' "$name" "$insns" "$best" "$mips" "${peer_best:--}" "${ratio:--}"
    printf '%s{ "boot": "%s", "instructions": %s, "seconds": %s, "mips": %s, "qemu_seconds": %s, "ratio": %s }' "$separator" "$name" "$insns" \
        "$best" "$mips" "${peer_best:-null}" "${ratio:-null}" >>"$results"
    separator=$',\n'
done
printf '\n]\n' >>"$results"
[ -n "$peer" ] || echo "qemu-system-aarch64 is not installed: no ratio"
echo "ratio: qemu's seconds over ours, best of $runs runs in turn; above 1 we are faster. JSON: $results"

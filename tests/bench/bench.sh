#!/usr/bin/env bash
# Measures boots: instructions, seconds, MIPS, and the ratio to qemu-system-aarch64, which runs the same guest in turn with ours where it is
# installed. The best of several runs counts, because a shared machine only ever slows one down.
# usage: bench.sh PROGRAM IMAGES_FOLDER [-n RUNS] [CASE…]
set -euo pipefail

program=$1
images=$2
shift 2
runs=3

# A case a line. Measured is the time until the machine has powered off or, for a case with several guests, until all of them are up.
#  name        what       guests  our -cpu    the peer's -cpu
cases="
   linux       linux      1       cortex-a57  cortex-a57
   linux-el1   linux-el1  1       cortex-a57  cortex-a57
   xen         xen        1       cortex-a57  cortex-a57
   xen3        xen3       3       cortex-a57  cortex-a57
   kvm-nvhe    kvm        1       cortex-a57  cortex-a57
   kvm-vhe     kvm        1       max         max,pauth-impdef=on
   kvm-a76     kvm        1       cortex-a76  cortex-a76
"
names="linux xen xen3 kvm-nvhe kvm-vhe"

# of_case NAME: its line
of_case() {
    awk -v name="$1" '$1 == name' <<<"$cases"
}

chosen=()
while [ $# -gt 0 ]; do
    if [ "$1" = -n ] && [ $# -gt 1 ]; then
        runs=$2
        shift
    elif [ -n "$(of_case "$1")" ]; then
        chosen+=("$1")
    else
        echo "bench: $1: not one of$(awk 'NF { printf " %s", $1 }' <<<"$cases")" >&2 && exit 2
    fi
    shift
done
[ ${#chosen[@]} -gt 0 ] || read -ra chosen <<<"$names"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
results=$(dirname "$program")/bench.json
peer=$(command -v qemu-system-aarch64 || true)
mkfifo "$work/console"

guest="kernel=$images/vmlinuz,initrd=$images/initramfs.cpio"
domu="$guest,append=console=ttyAMA0 armature.shell,mem=256M"
xen=(-m 2G -kernel "$images/xen" --xen-dom0 "$guest,append=console=hvc0,mem=512M")
xen3=(-m 4G -kernel "$images/xen" --xen-dom0 "$guest,append=console=hvc0 armature.shell,mem=512M" --xen-domu "$domu" --xen-domu "$domu")

# arguments WHAT: what is booted, in `arguments`; the two programs spell all of it alike, but for Xen's guests
arguments() {
    case $1 in
    linux | linux-el1) arguments=(-m 1G -kernel "$images/vmlinuz" -initrd "$images/initramfs.cpio" -append "console=ttyAMA0") ;;
    xen) arguments=("${xen[@]}") ;;
    xen3) arguments=("${xen3[@]}") ;;
    kvm) arguments=(-m 1G -kernel "$images/vmlinuz" -initrd "$images/kvm-armature.cpio" -append "console=ttyAMA0 quiet -- quiet") ;;
    esac
}

# with_tree CPU: Xen's arguments as the peer takes them: our device tree, and the boot modules where it says that they are
with_tree() {
    local at i file=("$images/vmlinuz" "$images/initramfs.cpio")
    "$program" -M "virt,dumpdtb=$work/xen.dtb" -cpu "$1" -nographic "${arguments[@]}" </dev/null
    mapfile -t at < <(grep -ao 'module@[0-9a-f]*' "$work/xen.dtb" | sort | sed 's/module@/0x/')
    arguments=("${arguments[@]:0:4}" -dtb "$work/xen.dtb")
    for ((i = 0; i < ${#at[@]}; i++)); do # a kernel and its initramfs, for each domain
        arguments+=(-device "loader,file=${file[i % 2]},addr=${at[i]},force-raw=on")
    done
}

# ours WHAT GUESTS CPU: the command line, in `command`
ours() {
    local i machine=virt
    [ "$1" != linux-el1 ] || machine=virt,virtualization=off
    arguments "$1"
    command=("$program" -M "$machine" -cpu "$3" -nographic "${arguments[@]}" "--stats=$work/stats.json")
    for ((i = 0; $2 > 1 && i < $2; i++)); do
        command+=(--expect GUEST-UP)
    done
}

theirs() {
    local machine=virt,gic-version=2,virtualization=on
    [ "$1" != linux-el1 ] || machine=virt,gic-version=2
    arguments "$1"
    case $1 in xen*) with_tree cortex-a57 ;; esac
    command=("$peer" -M "$machine" -cpu "$3" -nic none -nographic "${arguments[@]}")
}

# seconds GUESTS COMMAND…: wall time. Every guest must come up; one that is alone must power the machine off, several are stopped.
seconds() {
    local guests=$1 start end pid up status=0 bound=()
    shift
    start=$(date +%s.%N)
    timeout 300 "$@" </dev/null >"$work/console" 2>&1 &
    pid=$!
    [ "$guests" = 1 ] || bound=(-m "$guests")
    up=$(grep -ac "${bound[@]}" GUEST-UP < <(tee "$work/out" <"$work/console")) || true
    end=$(date +%s.%N)
    [ "$guests" = 1 ] || kill "$pid" 2>/dev/null || true # the peer would wait for input
    wait "$pid" || [ "$guests" != 1 ] || status=1
    if [ $status != 0 ] || [ "$up" != "$guests" ]; then
        tail -n 5 "$work/out" >&2
        echo "bench: failed: $*" >&2
        exit 1
    fi
    awk "BEGIN { printf \"%.3f\", $end - $start }"
}

less() {
    [ -z "$2" ] || awk "BEGIN { exit !($1 < $2) }"
}

printf '%-10s %14s %9s %8s %12s %8s\n' boot instructions seconds MIPS "qemu seconds" ratio
printf '[\n' >"$results"
separator=
for name in "${chosen[@]}"; do
    read -r _ what guests cpu peer_cpu < <(of_case "$name")
    best='' peer_best=''
    for ((run = 0; run < runs; run++)); do
        ours "$what" "$guests" "$cpu"
        t=$(seconds "$guests" "${command[@]}")
        if less "$t" "$best"; then best=$t; fi
        if [ -n "$peer" ]; then
            theirs "$what" "$guests" "$peer_cpu"
            t=$(seconds "$guests" "${command[@]}")
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

#!/usr/bin/env bash
# Measures the cases of the table `cases`, each in turn with qemu-system-aarch64 or -arm where that is installed: README.md beside this file.
# usage: bench.sh PROGRAM IMAGES_FOLDER HISTORY_FILE [-n RUNS] [NAME…]     a NAME is a case or a group; none: all
#        bench.sh --wants [NAME…]                                        what these need: words of: images kvm armhf micro
#        bench.sh --trend HISTORY_FILE NAME
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

die() {
    echo "bench: $*" >&2
    exit 2
}

# ---- which cases ----

table=$(grep -v '^#' "$here/cases")
chosen=()
runs=

# named NAME: the cases that it stands for
named() {
    awk -v name="$1" 'NF && ($1 == name || $2 == name || name == "all") { print $1 }' <<<"$table"
}

choose() {
    local names=() more
    while [ $# -gt 0 ]; do
        if [ "$1" = -n ]; then
            [[ ${2-} =~ ^[1-9][0-9]*$ ]] || die "-n: a number of runs"
            runs=$2
            shift
        else
            names+=("$1")
        fi
        shift
    done
    [ ${#names[@]} -gt 0 ] || names=(all)
    local name
    for name in "${names[@]}"; do
        mapfile -t more < <(named "$name")
        [ ${#more[@]} -gt 0 ] || die "$name: not one of boots start micro compute$(awk 'NF { printf " %s", $1 }' <<<"$table")"
        chosen+=("${more[@]}")
    done
}

# field NAME NUMBER
field() {
    awk -v name="$1" -v n="$2" '$1 == name { print $n }' <<<"$table"
}

wants() {
    local name what
    choose "$@"
    for name in "${chosen[@]}"; do
        what=$(field "$name" 3)
        case $(field "$name" 2) in
        boots)
            case $what in
            kvm) echo "images kvm" ;;
            *armhf) echo "images armhf" ;;
            *) echo images ;;
            esac
            ;;
        start) echo "images micro" ;;
        *) echo micro ;;
        esac
    done | tr ' ' '\n' | sort -u
}

trend() {
    local name
    [ -s "$1" ] || die "no run is stored yet in $1"
    name=$(field "${2-}" 1)
    [ -n "$name" ] || die "--trend: the name of one case"
    awk -v name="$name" -f "$here/trend.awk" "$1"
}

case ${1-} in
--wants) shift && wants "$@" && exit ;;
--trend) shift && trend "$@" && exit ;;
esac
[ $# -ge 3 ] || die "usage: bench.sh PROGRAM IMAGES_FOLDER HISTORY_FILE [-n RUNS] [NAME…]"
program=$1
images=$2
history=$3
shift 3
choose "$@"

# ---- one run ----

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkfifo "$work/console"
micro=$(dirname "$program")/tests/bench
results=$(dirname "$program")/bench.json
peer=
command=() real='' cpu='' absent=''

# peer_for CPU: the program to compare with, in `peer`; empty where it is not installed
peer_for() {
    case $1 in
    cortex-a7 | cortex-a15) peer=$(command -v qemu-system-arm || true) ;;
    *) peer=$(command -v qemu-system-aarch64 || true) ;;
    esac
    [ -n "$peer" ] || absent=$1
}

# The processor time of all finished children up to now; a subshell would have its own
children() {
    times >"$work/$1"
}

stopwatch() {
    children before
    started=$EPOCHREALTIME
}

since() {
    awk "BEGIN { printf \"%.4f\", $EPOCHREALTIME - $started }"
}

cpu_time() {
    children after
    cpu=$(awk 'FNR == 1 { files++ }
        FNR == 2 { gsub("s", ""); for (i = 1; i <= 2; i++) { split($i, t, "m"); sum[files] += 60 * t[1] + t[2] } }
        END { printf "%.3f", sum[2] - sum[1] }' "$work/before" "$work/after")
}

failed() {
    tail -n 5 "$work/out" >&2
    echo "bench: failed: ${command[*]}" >&2
    exit 1
}

# micro_once NAME COUNT ELF: runs `command`, and looks for the marker of the end. `ended` is that line.
micro_once() {
    stopwatch
    timeout 300 "${command[@]}" -kernel "$3" </dev/null >"$work/out" 2>&1 || failed
    real=$(since)
    cpu_time
    ended=$(tr -d '\r' <"$work/out" | grep -a "^BENCH-END $1 $2 ") || failed
}

# shellcheck source=tests/bench/boots.sh
. "$here/boots.sh"

instructions() {
    sed -n 's/^ *"instructions": \([0-9]*\).*/\1/p' "$work/stats.json" | head -n 1
}

# ---- a case: `runs` pairs, each figure a line of $work/samples: ours, ours short, peer's, peer's short ----

sample() {
    echo "$1 $real $cpu" >>"$work/samples"
}

measure_boot() { # NAME WHAT GUESTS SMP CPU PEER_CPU
    our_boot "$2" "$3" "$4" "$5"
    boot_once "$3" ends
    insns=$(instructions)
    sample ours
    [ -n "$peer" ] || return 0
    their_boot "$2" "$3" "$4" "$6"
    boot_once "$3" "$([ "$3" = 1 ] && echo ends || echo stop)"
    sample peer
}

# The program runs beside a kernel and an initramfs, which are only loaded: the other emulator spells that alike.
measure_start() { # NAME WHAT COUNT SMP CPU PEER_CPU
    local large=(-smp "$4" -m 4G -nographic -device "loader,file=$images/vmlinuz,addr=0x48000000,force-raw=on"
        -device "loader,file=$images/initramfs.cpio,addr=0x50000000,force-raw=on")
    command=("$program" -M virt -cpu "$5" "${large[@]}" "--stats=$work/stats.json")
    micro_once "$1" "$3" "$micro/$1.elf"
    insns=$(instructions)
    sample ours
    [ -n "$peer" ] || return 0
    command=("$peer" -M virt,gic-version=2,virtualization=on -cpu "$6" -nic none "${large[@]}")
    micro_once "$1" "$3" "$micro/$1.elf"
    sample peer
}

measure_micro() { # NAME WHAT COUNT SMP CPU PEER_CPU
    local ours=("$program" -M virt -cpu "$5" -smp "$4" -m 256M -nographic "--stats=$work/stats.json") which count suffix right
    # shellcheck disable=SC2054 # commas are qemu's
    local theirs=("$peer" -M virt,gic-version=2,virtualization=on -cpu "$6" -smp "$4" -m 256M -nic none -nographic)
    for which in long short; do
        count=$3 suffix=
        [ $which = long ] || count=$(($3 / 100)) suffix=-short
        command=("${ours[@]}")
        micro_once "$1" "$count" "$micro/$1$suffix.elf"
        right=$ended
        [ $which = long ] && insns=$(instructions) || insns=$((insns - $(instructions)))
        sample "ours$suffix"
        [ -n "$peer" ] || continue
        command=("${theirs[@]}")
        micro_once "$1" "$count" "$micro/$1$suffix.elf"
        [ "$ended" = "$right" ] || echo "bench: $1: the results differ: $right; the peer: $ended" >&2
        sample "peer$suffix"
    done
}

# summary NAME GROUP COUNT: the case's line of the table, and its JSON
summary() {
    awk -v name="$1" -v group="$2" -v count="$3" -v insns="$insns" -v json="$work/case.json" -f "$here/summary.awk" "$work/samples"
}

# ---- all ----

host() {
    local system
    peer_for "$(field "${chosen[0]}" 7)"
    # shellcheck disable=SC1091
    system=$(. /etc/os-release 2>/dev/null && echo "${PRETTY_NAME-}")
    printf '"arch": "%s", "cpus": %s, "system": "%s", "load": %s, "qemu": %s' "$(uname -m)" "$(nproc)" "${system//\"/}" \
        "$(cut -d' ' -f1 /proc/loadavg)" "$([ -n "$peer" ] && "$peer" --version | sed -n '1s/.*version \([0-9.]*\).*/"\1"/p' || echo null)"
}

head_json="\"date\": \"$(date -u +%FT%TZ)\", \"commit\": \"$(git -C "$here" describe --always --dirty 2>/dev/null || echo unknown)\""
head_json+=", \"host\": { $(host) }"
awk -v head=1 -f "$here/summary.awk"
cases=
for name in "${chosen[@]}"; do
    read -r _ group what count smp our_cpu peer_cpu < <(awk -v name="$name" '$1 == name' <<<"$table")
    peer_for "$peer_cpu"
    pairs=${runs:-5}
    [ "$group" != boots ] || pairs=${runs:-3}
    : >"$work/samples"
    for ((run = 0; run < pairs; run++)); do
        case $group in
        boots) measure_boot "$name" "$what" "$count" "$smp" "$our_cpu" "$peer_cpu" ;;
        start) measure_start "$name" "$what" "$count" "$smp" "$our_cpu" "$peer_cpu" ;;
        *) measure_micro "$name" "$what" "$count" "$smp" "$our_cpu" "$peer_cpu" ;;
        esac
    done
    summary "$name" "$group" "$count"
    cases+="${cases:+, }$(cat "$work/case.json")"
done
line="{ $head_json, \"cases\": [ $cases ] }"
printf '%s\n' "$line" >"$results"
mkdir -p "$(dirname "$history")"
printf '%s\n' "$line" >>"$history"
[ -z "$absent" ] || echo "qemu-system-aarch64 or qemu-system-arm is not installed: no ratio (-cpu $absent)"
echo "ratio: qemu's time over ours, median of the pairs [quartiles]; above 1 we are faster; cpu: of processor time. load: $(cut -d' ' -f1 /proc/loadavg)"
echo "JSON: $results; history: $history"

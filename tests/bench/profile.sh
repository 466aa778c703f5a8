#!/usr/bin/env bash
# Host instructions that one operation of a microbenchmark costs, by function: callgrind's counts of two runs of different length, subtracted, so
# that they are the same on a busy machine as on an idle one. Wants valgrind, and the programs of the target microbench.
# usage: profile.sh PROGRAM NAME…
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$1
shift
folder=$(dirname "$program")/tests/bench
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# counts NAME COUNT SMP CPU: one run of COUNT operations, to $work/COUNT
counts() {
    local gcc=aarch64-linux-gnu-gcc script=$here/../guest/guest.ld library=("$folder"/lib_*.o)
    case $4 in
    cortex-a7 | cortex-a15) gcc=arm-linux-gnueabihf-gcc script=$here/../guest/armv7/guest.ld library=("$folder"/lib32_*.o) ;;
    esac
    $gcc -no-pie -nostdlib -static -Wl,--build-id=none -Wl,--no-warn-rwx-segments -T "$script" \
        "${library[@]}" "$folder/$1.o" -Wl,--defsym="bench_iterations=$2" -o "$work/guest.elf"
    valgrind -q --tool=callgrind --callgrind-out-file="$work/out" "$program" -M virt -cpu "$4" -smp "$3" -m 256M -nographic \
        -kernel "$work/guest.elf" </dev/null >"$work/console" 2>&1
    grep -aq BENCH-END "$work/console" || { cat "$work/console" && exit 1; } >&2
    callgrind_annotate --threshold=100 --show-percs=no "$work/out" | tr -d , |
        awk '$1 ~ /^[0-9]+$/ && $2 ~ /^[^ ]+:[A-Za-z_]/ { n = split($2, at, ":"); sub(/\x27.*/, "", at[n]); sum[at[n]] += $1 }
            END { for (f in sum) print f, sum[f] }' >"$work/$2"
}

for name in "$@"; do
    read -r count smp cpu < <(awk -v name="$name" '$1 == name { print $4, $5, $6 }' "$here/cases")
    few=$((count / 2000 + 2)) many=$((count / 100 + 2))
    counts "$name" $few "$smp" "$cpu"
    counts "$name" $many "$smp" "$cpu"
    echo "$name: host instructions an operation"
    awk -v n=$((many - few)) 'NR == FNR { few[$1] = $2; next } { d = ($2 - few[$1]) / n; sum += d; if (d >= 0.5) printf "%10.1f %s\n", d, $1 }
        END { printf "%10.1f all\n", sum }' "$work/$few" "$work/$many" | sort -rn | head -n 40
done

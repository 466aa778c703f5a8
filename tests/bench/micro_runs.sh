#!/usr/bin/env bash
# Each microbenchmark runs to its end, on the fast and the watched engine, with a hundredth of its operations. Nothing is timed.
# usage: micro_runs.sh PROGRAM FOLDER_WITH_ELFS
set -u
program=$1
folder=$2
bad=0

while read -r name group _ count smp cpu _; do
    case $name in '' | '#'*) continue ;; esac
    [ "$group" != boots ] && [ "$group" != start ] || continue
    case $cpu in
    cortex-a7 | cortex-a15)
        if [ ! -e "$folder/$name-short.elf" ] && ! command -v arm-linux-gnueabihf-gcc >/dev/null; then
            echo "$name: not built, arm-linux-gnueabihf-gcc is not installed"
            continue
        fi
        ;;
    esac
    ends=()
    for engine in fast watched; do
        out=$(timeout 300 "$program" -M virt -cpu "$cpu" -smp "$smp" -m 256M -nographic -kernel "$folder/$name-short.elf" --engine=$engine \
            </dev/null 2>&1)
        status=$?
        end=$(tr -d '\r' <<<"$out" | grep -ax "BENCH-END $name $((count / 100)) 0x[0-9a-f]*")
        ends+=("$end")
        if [ $status != 0 ] || [ -z "$end" ] || ! grep -aq "^BENCH $name $((count / 100))" <<<"$out"; then
            printf 'not ok %s, %s: exit %s\n%s\n' "$name" $engine $status "$out"
            bad=1
        fi
    done
    if [ "${ends[0]}" != "${ends[1]}" ]; then
        printf 'not ok %s: %s and %s\n' "$name" "${ends[0]}" "${ends[1]}"
        bad=1
    fi
done <"$(dirname "$0")/cases"
[ $bad = 0 ] && echo "all microbenchmarks reached their ends"
exit $bad

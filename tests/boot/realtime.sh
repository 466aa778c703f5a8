#!/bin/sh
# --realtime: guest time is not ahead of the host's, a guest that waits leaves the host alone, and a key ends the wait at once.
# usage: realtime.sh PROGRAM IDLE_ELF
program=$1
elf=$2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
bad=0

# value KEY
value() {
    sed -n "s/^ *\"$1\": \([0-9.e+-]*\),*\$/\1/p" "$work/stats.json" | head -n 1
}

# holds WHAT CONDITION: of the report's numbers, which the condition names without "host_"
holds() {
    awk -v guest="$(value guest_ns)" -v seconds="$(value host_seconds)" -v cpu="$(value host_cpu_seconds)" -v sleeps="$(value host_sleeps)" \
        "BEGIN { guest /= 1e9; exit !($2) }" && return
    echo "not so: $1 ($2)"
    bad=1
}

# run TEXT OPTION…: the guest says TEXT. Who runs it has a key for it.
run() {
    text=$1
    shift
    "$program" -M virt -m 16M -nographic -kernel "$elf" --stats="$work/stats.json" --timeout 60 \
        --fail-on GUEST-FAIL --expect "$text" "$@" >"$work/out" 2>&1
    status=$?
    [ $status = 0 ] && grep -q "$text" "$work/out" && return
    echo "$*: exit $status, no '$text':"
    tail -n 5 "$work/out"
    return 1
}

{ sleep 3; printf k; } | run "key: GUEST-PASS" --realtime || exit 1 # the key came during the last wait
holds "twenty waits of 0.1 s and the wait for the key take their time" "guest >= 2"
holds "guest time is not ahead of the host's" "guest <= seconds"
holds "the host is idle while the guest is" "cpu < seconds / 2"
holds "a wait is one sleep, or few" "sleeps >= 20 && sleeps < 20 + 20 * seconds"

run "GUEST-PASS" --realtime=off </dev/null || exit 1
holds "without --realtime waits cost nothing" "guest >= 100 && seconds < 50"
exit $bad

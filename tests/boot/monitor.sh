#!/bin/sh
# Debian's Linux, and Xen, under the secure monitor, from flash at EL3 to power-off, on two CPUs; with monitor_armv7.bin armhf's, from Secure SVC.
# usage: monitor.sh PROGRAM IMAGES_FOLDER MONITOR
# IMAGES_FOLDER is arm64's; those of armhf are in the folder beside it. Exit 77: the images cannot be had here.
program=$1
images=$2
monitor=$3
greeting="monitor: AArch64, EL3, 0x2 CPUs"
case $monitor in *armv7*) images=${images%/*}/armhf greeting="monitor: ARMv7, Monitor mode, 0x2 CPUs" ;; esac
for file in "$images/vmlinuz" "$images/initramfs.cpio" "$monitor"; do
    [ -s "$file" ] || { echo "SKIP: $file is missing"; exit 77; }
done
out=$(mktemp) || exit 2
trap 'rm -f "$out" "$out".*' EXIT

# linux MACHINE CPU OPTION…
linux() {
    machine=$1
    cpu=$2
    shift 2
    "$program" -M "$machine" -cpu "$cpu" -smp 2 -m 1G -nographic -bios "$monitor" -kernel "$images/vmlinuz" -initrd "$images/initramfs.cpio" \
        -append "console=ttyAMA0 cryptomgr.notests" -serial stdio -serial "file:$out.secure" --fail-on "Kernel panic" --max-insns 5000000000 \
        "$@" </dev/null >"$out" 2>&1
}

# expect STATUS TEXT…: the run's exit status was 0, and the Normal world's console has every text
expect() {
    status=$1
    shift
    for text in "$@"; do
        grep -aqF "$text" "$out" || { echo "missing on the console: $text"; tail -n 20 "$out" "$out.secure"; exit 1; }
    done
    [ "$status" = 0 ] || { echo "exit status $status"; tail -n 5 "$out" "$out.secure"; exit 1; }
    grep -aqF "$greeting" "$out.secure" || { echo "the monitor said nothing:"; cat "$out.secure"; exit 1; }
}

case $monitor in
*armv7*)
    linux virt,secure=on cortex-a15 -d int -D "$out.log"
    expect $? "PSCIv1.1 detected in firmware" "CPU: All CPU(s) started in HYP mode" "CPUs: 2" "Power down"
    # the log tells the modes' worlds
    grep -qF "return mon->S-svc to " "$out.log" && grep -qF "exception S-svc->mon sync" "$out.log" && grep -qF "exception svc->mon sync" "$out.log" ||
        { echo "the log knows no worlds:"; head -n 5 "$out.log"; exit 1; }
    exit 0
    ;;
esac

linux virt,secure=on cortex-a57
expect $? "PSCIv1.1 detected in firmware" "CPU: All CPU(s) started at EL2" "kvm [1]: Hyp mode initialized successfully" "CPUs: 2" "Power down"
linux virt,secure=on,virtualization=off cortex-a53
expect $? "CPU: All CPU(s) started at EL1" "CPUs: 2" "Power down"
linux virt,secure=on max,pauth-impdef=on # its pointer authentication has to be opened for it
expect $? "kvm [1]: VHE mode initialized successfully" "CPUs: 2" "Power down"

# the log tells the Secure world's ELs
linux virt,secure=on cortex-a57 -d int -D "$out.log" --max-insns 60000000
grep -qF "return EL3->S-EL1 to " "$out.log" && grep -qF "exception S-EL1->EL3 sync" "$out.log" && grep -qF "exception EL1->EL3 sync" "$out.log" ||
    { echo "the log knows no worlds:"; head -n 5 "$out.log"; exit 1; }

# a kernel that is in RAM already
"$program" -M virt,secure=on -m 1G -nographic -bios "$monitor" -device "loader,file=$images/vmlinuz,addr=0x40200000,force-raw=on" \
    -append "console=ttyAMA0 earlycon" -serial stdio -serial null --expect "psci: SMC Calling Convention v1.1" --max-insns 100000000 </dev/null >"$out" 2>&1
status=$?
[ $status = 0 ] || { echo "a kernel in RAM: exit status $status"; tail -n 5 "$out"; exit 1; }

if [ -s "$images/xen" ]; then
    "$program" -M virt,secure=on -smp 2 -m 2G -nographic -bios "$monitor" -kernel "$images/xen" \
        --xen-dom0 "kernel=$images/vmlinuz,initrd=$images/initramfs.cpio,append=console=hvc0 cryptomgr.notests" \
        -serial stdio -serial "file:$out.secure" --fail-on "Kernel panic" --max-insns 3000000000 </dev/null >"$out" 2>&1
    expect $? "Brought up 2 CPUs" "GUEST-UP Linux" "Hardware Dom0 halted"
fi

#!/bin/sh
# Boots a real image and checks what its console says. usage: boot.sh PROGRAM IMAGES_FOLDER NAME
# NAME may carry parameters: xen_three_vms_CPUS, kvm_VMM_MODEL_VCPUS, kvm_protected_VCPUS. Exit 77: the images cannot be had here.
# IMAGES_FOLDER is arm64's; those of armhf and firmware are in the folders beside it.
program=$1
images=$2
name=$3
firmware=${images%/*}/firmware
armhf=${images%/*}/armhf

# wants FOLDER WHAT_FETCHES_IT FILE…
wants() {
    folder=$1
    fetch=$2
    shift 2
    for file in "$@"; do
        [ -s "$folder/$file" ] || { echo "SKIP: $folder/$file is missing (./armature $fetch gets it)"; exit 77; }
    done
}

case $name in
u_boot_* | edk2_*) wants "$firmware" "fetch firmware" u-boot-arm64.bin edk2-arm64.fd u-boot-arm.bin edk2-arm.fd ;;
armhf_* | compat_*) wants "$armhf" "fetch armhf" vmlinuz unpacked.uimage xen initramfs.cpio "../${images##*/}/compat.cpio" ;;
*) wants "$images" fetch vmlinuz xen initramfs.cpio ;;
esac
out=$(mktemp) || exit 2
trap 'rm -f "$out" "$out".*' EXIT

# What makes a Debian kernel's boot cheap: no self-tests of its crypto, no keys to parse, no tables of probe points, few lines to print.
cheap="cryptomgr.notests initcall_blacklist=load_system_certificate_list,cubictcp_register,init_kprobe_trace quiet"

linux() {
    "$program" "$@" -m 1G -nographic -kernel "$images/vmlinuz" -initrd "$images/initramfs.cpio" \
        -append "console=ttyAMA0 cryptomgr.notests" --fail-on "Kernel panic" --max-insns 3000000000 </dev/null
}

# linux_armhf KERNEL OPTION…: vmlinuz, which unpacks itself in 2.1 billion instructions, or unpacked.uimage
linux_armhf() {
    kernel=$1
    shift
    "$program" "$@" -m 1G -nographic -kernel "$armhf/$kernel" -initrd "$armhf/initramfs.cpio" --stats="$out.json" \
        -append "console=ttyAMA0 ${cheap% quiet}" --fail-on "Kernel panic" --max-insns 5000000000 </dev/null
}

# xen_armhf OPTION…: Xen with dom0, whose command line says nothing of a serial line; it looks for one in the device tree
xen_armhf() {
    append=$(printf '%s' "$cheap" | sed 's/,/,,/g')
    "$program" "$@" -nographic -kernel "$armhf/xen" --xen-dom0 "kernel=$armhf/vmlinuz,initrd=$armhf/initramfs.cpio,append=console=hvc0 $append,mem=512M" \
        --fail-on "Kernel panic" --max-insns 6000000000 </dev/null
}

# expect STATUS TEXT…: the run's exit status was 0 and its console has every text
expect() {
    status=$1
    shift
    for text in "$@"; do
        grep -aqF -e "$text" "$out" || { echo "missing on the console: $text"; tail -n 20 "$out"; exit 1; }
    done
    [ "$status" = 0 ] || { echo "exit status $status"; tail -n 5 "$out"; exit 1; }
}

# xen_three_guests DOM0_WORD DOMU_WORD OPTION…: Xen with dom0 and two domUs, and a word for each kernel's command line
xen_three_guests() {
    append=$(printf '%s' "$cheap" | sed 's/,/,,/g')
    guest="kernel=$images/vmlinuz,initrd=$images/initramfs.cpio"
    dom0="$guest,append=console=hvc0 $append $1,mem=512M"
    domu="$guest,append=console=ttyAMA0 $append $2,mem=256M"
    shift 2
    "$program" -M virt -cpu cortex-a57 -m 4G -nographic -kernel "$images/xen" --xen-dom0 "$dom0" --fail-on "Kernel panic" \
        --xen-domu "$(printf '%s' "$domu" | sed 's/quiet/& armature.name=domu1/')" \
        --xen-domu "$(printf '%s' "$domu" | sed 's/quiet/& armature.name=domu2/')" "$@"
}

# xen_three_vms CPUS: the domUs power off on their own; dom0 waits until they have, because the machine goes with it
xen_three_vms() {
    xen_three_guests armature.wait=1 "" -smp "$1" --stats="$out.json" --max-insns 3000000000 </dev/null
}

# after TEXT KEYS: types KEYS once the console has the text
after() {
    for _ in $(seq 600); do
        ! grep -aqF "$1" "$out" || break
        sleep 0.1
    done
    # shellcheck disable=SC2059 # escapes are wanted
    printf "$2"
}

# One console for three guests: Ctrl-A n goes round, and a domU's power-off leaves the others running.
# shellcheck disable=SC2016 # the guests expand it
xen_console() {
    {
        after "A shell in dom0" ''
        after "DOM1: A shell in domu1" ''
        after "DOM2: A shell in domu2" '\001n\r'
        after "Serial input to DOM1" 'echo "it is $(hostname)"; exit\r'
        after "it is domu1" ''
        after "Power down" '\001n\r'
        after "Serial input to DOM2" 'echo "it is $(hostname)"\r'
        after "it is domu2" '\001n\001n\r' # by way of Xen's own keys
        after "Serial input to DOM0" 'echo "it is $(hostname)"; exit\r'
    } | xen_three_guests armature.shell armature.shell --timeout 60
}

# kvm VMM MODEL VCPUS [WORDS]: WORDS go to the host's command line
kvm() {
    "$program" -M virt -cpu "$2" -m 1G -nographic -kernel "$images/vmlinuz" -initrd "$images/kvm-$1.cpio" --stats="$out.json" \
        -append "console=ttyAMA0 $cheap armature.vcpus=$3 ${4-} -- $cheap armature.name=guest" \
        --fail-on "Kernel panic" --max-insns 5000000000 </dev/null
}

# u_boot IMAGE OPTION…: a key typed ahead ends its countdown, so a run is the same each time
u_boot() {
    image=$1
    shift
    printf ' version\rbdinfo\rpoweroff\r' |
        "$program" "$@" -m 1G -nographic -bios "$firmware/$image" --max-insns 3000000000 --stats="$out.json"
}

# edk2 MACHINE MODEL IMAGE: the firmware's own countdown sleeps, which costs no time here; the shell's spins, so a key ends it
edk2() {
    {
        after "in 5 seconds to skip" '\rver\rmemmap\rreset -s\r'
    } | "$program" -M "$1" -cpu "$2" -m 1G -nographic -drive "if=pflash,file=$firmware/$3,readonly=on" --max-insns 8000000000
}

once() {
    "$@" >"$out" 2>&1
}

# twice COMMAND…: the console and the report, but for the host's time, must not differ between the runs
twice() {
    for run in 1 2; do
        once "$@"
        status=$?
        mv "$out" "$out.$run"
        sed '/"host_/d; /"mips"/d' "$out.json" >"$out.json$run"
    done
    cp "$out.1" "$out"
    for pair in "$out.1 $out.2" "$out.json1 $out.json2"; do
        # shellcheck disable=SC2086 # two names
        cmp -s $pair || { echo "two runs differ:"; diff -a $pair | head -n 20; exit 1; }
    done
    return "$status"
}

case $name in
xen_three_vms_*)
    cpus=${name##*_}
    twice xen_three_vms "$cpus"
    expect $? "Brought up $cpus CPU" "DOM1: GUEST-UP Linux domu1" "DOM2: GUEST-UP Linux domu2" "GUEST-UP Linux dom0" "Hardware Dom0 halted"
    vms=$(grep -c '"kind": "vm"' "$out.json1")
    [ "$vms" = 3 ] || { echo "the report knows $vms VMs"; exit 1; }
    for class in HVC MMIO IRQ WFx sysreg; do
        grep -q "\"class\": \"$class\"" "$out.json1" || { echo "the report has no exit of class $class"; exit 1; }
    done
    ;;
xen_console)
    once xen_console
    expect $? "it is domu1" "it is domu2" "it is dom0" "Hardware Dom0 halted"
    ;;
kvm_protected_*) # KVM has no GICv2 for guests then: the VMM's own
    vcpus=${name##*_}
    [ -s "$images/kvm-armature.cpio" ] || { echo "SKIP: $images/kvm-armature.cpio is missing (./armature fetch all makes it)"; exit 77; }
    twice kvm armature cortex-a57 "$vcpus" "kvm-arm.mode=protected loglevel=7"
    expect $? "GICv2 not supported in protected mode" "Protected nVHE mode initialized successfully" "HOST-UP Linux host" "GUEST-UP Linux guest" \
        "CPUs: $vcpus" "reboot: Power down"
    ;;
kvm_armhf_guest) # our VMM's 32-bit guest on the 64-bit host
    [ -s "$images/kvm-armhf.cpio" ] || { echo "SKIP: $images/kvm-armhf.cpio is missing (./armature fetch all makes it)"; exit 77; }
    once kvm armhf cortex-a53 1 # KVM writes EL1's registers before it sets HCR_EL2.RW to 0; for the A57 (erratum 1319537) SCTLR_EL1 after it
    expect $? "GUEST-UP Linux guest" armv7l "CPUs: 1" "reboot: Power down"
    twice kvm armhf cortex-a57 2
    expect $? "HOST-UP Linux host" "GUEST-UP Linux guest" armv7l "CPUs: 2" "reboot: Power down"
    ;;
kvm_*)
    parameters=${name#kvm_}
    vcpus=${parameters##*_}
    vmm=${parameters%%_*}
    model=${parameters#*_}
    [ -s "$images/kvm-$vmm.cpio" ] || { echo "SKIP: $images/kvm-$vmm.cpio is missing (./armature fetch all makes it)"; exit 77; }
    runs=twice
    [ "$vcpus" != 1 ] || runs=once
    $runs kvm "$vmm" "${model%_*}" "$vcpus"
    expect $? "HOST-UP Linux host" "GUEST-UP Linux guest" "CPUs: $vcpus" "reboot: Power down"
    ;;
armhf_el2_* | armhf_el1_*) # armhf_elN_KERNEL_MODEL_CPUS: entered in Hyp mode, or without it in Supervisor mode
    parameters=${name#armhf_el?_}
    cpus=${parameters##*_}
    kernel=${parameters%%_*}
    model=${parameters#*_}
    machine=virt mode=HYP runs=twice
    [ "$cpus" != 1 ] || runs=once
    case $name in armhf_el1_*) machine=virt,virtualization=off mode=SVC ;; esac
    case $kernel in zimage) kernel=vmlinuz ;; unpacked) kernel=unpacked.uimage ;; esac
    $runs linux_armhf "$kernel" -M "$machine" -cpu "${model%_*}" -smp "$cpus"
    expect $? "CPU: All CPU(s) started in $mode mode" "GUEST-UP Linux" armv7l "CPUs: $cpus" "reboot: Power down"
    ;;
armhf_vexpress_xen) # Xen starts the second PE through the pen, and knows no way to switch this board off
    once xen_armhf -M vexpress-a15 -m 1G -smp 2 -dtb "$armhf/vexpress-v2p-ca15-tc1.dtb" --expect "Hardware Dom0 halted"
    expect $? "Set SYS_FLAGS" "Brought up 2 CPUs" "GUEST-UP Linux dom0" armv7l
    ;;
armhf_vexpress_secure) # without firmware the kernel stays in the Secure world, which this board's pen is in too
    linux_armhf vmlinuz -M vexpress-a15,secure=on -smp 2 -dtb "$armhf/vexpress-v2p-ca15-tc1.dtb" >"$out" 2>&1
    expect $? "Machine model: V2P-CA15" "CPU: All CPU(s) started in SVC mode" "GUEST-UP Linux" armv7l "CPUs: 2" "reboot: Power down"
    ;;
armhf_vexpress_*) # armhf_vexpress_CPUS: Debian's device tree of the board; a machine of two starts the second PE through the pen
    cpus=${name##*_}
    linux_armhf vmlinuz -M vexpress-a15 -smp "$cpus" -dtb "$armhf/vexpress-v2p-ca15-tc1.dtb" >"$out" 2>&1
    expect $? "Machine model: V2P-CA15" "CPU: All CPU(s) started in HYP mode" "GUEST-UP Linux" armv7l "CPUs: $cpus" "reboot: Power down"
    ;;
armhf_xen_dom0)
    once xen_armhf -M virt,highmem=off -cpu cortex-a15 -m 2G
    expect $? "Xen version" "LOADING DOMAIN 0" "GUEST-UP Linux dom0" armv7l "Hardware Dom0 halted"
    ;;
compat_programs_*) # 32-bit programs under a 64-bit kernel
    once "$program" -M virt -cpu "${name##*_}" -m 1G -nographic -kernel "$images/vmlinuz" -initrd "$images/compat.cpio" \
        -append "console=ttyAMA0 $cheap" --fail-on "Kernel panic" --max-insns 3000000000 </dev/null
    expect $? ARMHF-PROGRAMS-RUN
    ;;
compat_xen) # Xen for 64 bits with a 32-bit guest beside a 64-bit one, and no dom0
    append=$(printf '%s' "$cheap" | sed 's/,/,,/g')
    once "$program" -M virt -cpu cortex-a57 -m 4G -nographic -kernel "$images/xen" --fail-on "Kernel panic" --expect "armv7l GNU/Linux" \
        --expect "DOM2: GUEST-UP Linux domu2" --max-insns 6000000000 </dev/null \
        --xen-domu "kernel=$armhf/vmlinuz,initrd=$armhf/initramfs.cpio,append=console=ttyAMA0 $append armature.name=domu1,mem=256M" \
        --xen-domu "kernel=$images/vmlinuz,initrd=$images/initramfs.cpio,append=console=ttyAMA0 $append armature.name=domu2,mem=256M"
    expect $? armv7l aarch64 "DOM1: GUEST-UP Linux domu1" "DOM2: GUEST-UP Linux domu2"
    ;;
u_boot_arm64)
    twice u_boot u-boot-arm64.bin -M virt -cpu cortex-a57
    expect $? "=> version" "aarch64-linux-gnu-gcc" "=> bdinfo" "-> start    = 0x0000000040000000" "-> size     = 0x0000000040000000" \
        "Build       = 64-bit" "devicetree  = board" "poweroff ..."
    ;;
u_boot_arm) # in Hyp mode, where the second PE stays off; and in a Secure world, which has no PSCI below it
    twice u_boot u-boot-arm.bin -M virt -cpu cortex-a15 -smp 2
    expect $? "=> version" "arm-linux-gnueabihf-gcc" "=> bdinfo" "-> start    = 0x40000000" "-> size     = 0x40000000" "Build       = 32-bit" \
        "flashsize   = 0x04000000" "devicetree  = board" "poweroff ..."
    once u_boot u-boot-arm.bin -M virt,secure=on -cpu cortex-a7 --expect "Power off not supported on this platform"
    expect $? "arm-linux-gnueabihf-gcc" "flashstart  = 0x04000000" "flashsize   = 0x02000000" "poweroff ..."
    ;;
edk2_arm)
    # It is built for Supervisor mode: it sets up SCTLR, TTBR0 and VBAR, never HSCTLR and HVBAR. Started in Hyp mode it runs on with the MMU off until
    # its first unaligned store, whose vector is at 0 (on QEMU, which lets that store pass, until its first interrupt).
    once edk2 virt,virtualization=off cortex-a15 edk2-arm.fd
    expect $? "UEFI firmware" 'starting Boot0001 "EFI Internal Shell"' "Shell>" "UEFI Interactive Shell v2.2" "Type       Start            End" \
        "Total Memory:" "1,024 MB (1,073,741,824 Bytes)"
    ;;
edk2_arm64)
    once edk2 virt cortex-a57 edk2-arm64.fd
    expect $? "UEFI firmware" 'starting Boot0001 "EFI Internal Shell"' "Shell>" "UEFI Interactive Shell v2.2" "Type       Start            End" \
        "Total Memory:" "1,024 MB (1,073,741,824 Bytes)"
    ;;
linux_el2)
    linux -M virt -cpu cortex-a57 >"$out" 2>&1
    expect $? "kvm [1]: Hyp mode initialized successfully" GUEST-UP "Power down"
    ;;
linux_el1)
    linux -M virt,virtualization=off -cpu cortex-a57 >"$out" 2>&1
    expect $? "CPU: All CPU(s) started at EL1" GUEST-UP
    ;;
linux_a53)
    linux -M virt -cpu cortex-a53 >"$out" 2>&1
    expect $? "kvm [1]: Hyp mode initialized successfully" GUEST-UP
    ;;
vexpress_arm64) # the board's own tree, with PEs that it never had; power-off is the configuration controller's
    linux -M vexpress-a15 -cpu cortex-a57 >"$out" 2>&1
    expect $? "Machine model: V2P-CA15" "ttyAMA3 at MMIO 0x1c0c0000" "rtc-pl031 1c170000" GUEST-UP "reboot: Power down"
    ;;
linux_a72)
    linux -M virt -cpu cortex-a72 >"$out" 2>&1
    expect $? "kvm [1]: Hyp mode initialized successfully" GUEST-UP
    ;;
xen_dom0)
    "$program" -M virt -cpu cortex-a57 -m 2G -nographic -kernel "$images/xen" \
        --xen-dom0 "kernel=$images/vmlinuz,initrd=$images/initramfs.cpio,append=console=hvc0 cryptomgr.notests" \
        --fail-on "Kernel panic" --max-insns 3000000000 </dev/null >"$out" 2>&1
    expect $? "Xen version" "LOADING DOMAIN 0" GUEST-UP
    ;;
engines_agree) # fast, watched and without code pages: the same console, counts and cycles
    for engine in fast watched nocache; do
        "$program" -M virt -cpu cortex-a57 -m 1G -nographic -kernel "$images/vmlinuz" -append "console=ttyAMA0 earlycon" --engine=$engine \
            --max-insns 60000000 --stats </dev/null >"$out.2" 2>&1
        sed -i '/^host /d; /^MIPS/d; /^decoded code/d; /^TLB/d' "$out.2"
        [ -s "$out" ] || cp "$out.2" "$out"
        cmp -s "$out" "$out.2" || { echo "--engine=$engine differs from fast:"; diff "$out" "$out.2" | head -n 20; exit 1; }
    done
    grep -aq "Booting Linux" "$out" || { echo "nothing was booted"; tail -n 5 "$out"; exit 1; }
    ;;
engines_agree_smp) # the same with four CPUs, past their start and into user space: turns and wake-ups fall alike
    for engine in fast watched; do
        linux -M virt -smp 4 --engine=$engine --stats >"$out.2" 2>&1
        sed -i '/^host /d; /^MIPS/d; /^decoded code/d; s/[0-9]* lookups//' "$out.2"
        [ -s "$out" ] || cp "$out.2" "$out"
        cmp -s "$out" "$out.2" || { echo "--engine=$engine differs from fast:"; diff "$out" "$out.2" | head -n 20; exit 1; }
    done
    grep -aq "CPUs: 4" "$out" || { echo "nothing was booted"; tail -n 5 "$out"; exit 1; }
    ;;
logs) # every category, to a file
    "$program" -M virt -cpu cortex-a57 -m 1G -nographic -kernel "$images/vmlinuz" -append "console=ttyAMA0 earlycon" --max-insns 400000 \
        -d int,mmu,in_asm,exec,unimp,guest_errors -D "$out" </dev/null >"$out.2" 2>&1
    [ $? = 124 ] || { echo "exit status"; cat "$out.2"; exit 1; }
    lines=$(wc -l <"$out")
    [ "$lines" -gt 400000 ] || { echo "$lines lines in the log"; exit 1; }
    for text in "cpu0 EL2 0x0000000040000000: fa405a4d  ccmp x18, #0, #0xd, pl" "return EL2->EL1"; do
        grep -qF "$text" "$out" || { echo "missing in the log: $text"; exit 1; }
    done
    ;;
two_runs_are_the_same)
    for run in 1 2; do
        linux -M virt -cpu cortex-a57 --stats >"$out.2" 2>&1
        sed -i '/^host /d; /^MIPS/d' "$out.2"
        [ -s "$out" ] || cp "$out.2" "$out"
        cmp -s "$out" "$out.2" || { echo "two runs differ:"; diff "$out" "$out.2" | head -n 20; exit 1; }
    done
    grep -aq GUEST-UP "$out" || { echo "nothing was booted"; exit 1; }
    ;;
*)
    echo "$name: no such boot test"
    exit 2
    ;;
esac

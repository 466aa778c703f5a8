# shellcheck shell=bash disable=SC2154,SC2034 # sourced by bench.sh, whose variables it reads and writes
# The command lines of the boots: `command` is what to run. Wants $program, $images, $peer, $work. armhf's images are in the folder beside arm64's.

guest="kernel=$images/vmlinuz,initrd=$images/initramfs.cpio"
domu="$guest,append=console=ttyAMA0 armature.shell,mem=256M"
armhf=${images%/*}/armhf
guest32="kernel=$armhf/vmlinuz,initrd=$armhf/initramfs.cpio"
xen=(-m 2G -kernel "$images/xen" --xen-dom0 "$guest,append=console=hvc0,mem=512M")
xen3=(-m 4G -kernel "$images/xen" --xen-dom0 "$guest,append=console=hvc0 armature.shell,mem=512M" --xen-domu "$domu" --xen-domu "$domu")

# arguments WHAT: what is booted, in `arguments`; the two programs spell all of it alike, but for Xen's guests
arguments() {
    case $1 in
    linux | linux-el1) arguments=(-m 1G -kernel "$images/vmlinuz" -initrd "$images/initramfs.cpio" -append "console=ttyAMA0") ;;
    armhf) arguments=(-m 1G -kernel "$armhf/vmlinuz" -initrd "$armhf/initramfs.cpio" -append "console=ttyAMA0") ;;
    xen) arguments=("${xen[@]}") ;;
    xen-armhf) arguments=(-m 2G -kernel "$armhf/xen" --xen-dom0 "$guest32,append=console=hvc0,mem=512M") ;;
    xen3) arguments=("${xen3[@]}") ;;
    kvm) arguments=(-m 1G -kernel "$images/vmlinuz" -initrd "$images/kvm-armature.cpio" -append "console=ttyAMA0 quiet -- quiet") ;;
    *) die "cases: $1: no such boot" ;;
    esac
}

# with_tree WHAT MACHINE CPU: Xen's arguments as the peer takes them: our device tree, and the boot modules where it says that they are
with_tree() {
    local at i file=("$images/vmlinuz" "$images/initramfs.cpio")
    case $1 in xen-armhf) file=("$armhf/vmlinuz" "$armhf/initramfs.cpio") ;; esac
    "$program" -M "$2,dumpdtb=$work/xen.dtb" -cpu "$3" -nographic "${arguments[@]}" </dev/null
    mapfile -t at < <(grep -ao 'module@[0-9a-f]*' "$work/xen.dtb" | sort | sed 's/module@/0x/')
    arguments=("${arguments[@]:0:4}" -dtb "$work/xen.dtb")
    for ((i = 0; i < ${#at[@]}; i++)); do # a kernel and its initramfs, for each domain
        arguments+=(-device "loader,file=${file[i % 2]},addr=${at[i]},force-raw=on")
    done
}

# machine WHAT: of ours, in `machine`. armhf Xen maps no device above 4 GiB for its dom0: not where QEMU is the peer (its HPFAR holds 32 bits).
machine() {
    case $1 in
    linux-el1) machine=virt,virtualization=off ;;
    xen-armhf) machine=virt,highmem=off ;;
    *) machine=virt ;;
    esac
}

# our_boot WHAT GUESTS SMP CPU
our_boot() {
    local i machine
    machine "$1"
    arguments "$1"
    command=("$program" -M "$machine" -cpu "$4" -smp "$3" -nographic "${arguments[@]}" "--stats=$work/stats.json")
    for ((i = 0; $2 > 1 && i < $2; i++)); do
        command+=(--expect GUEST-UP)
    done
}

# their_boot WHAT GUESTS SMP CPU
their_boot() {
    local machine
    machine "$1"
    arguments "$1"
    case $1 in xen*) with_tree "$1" "$machine" "$4" ;; esac
    case $1 in linux-el1) machine=virt,gic-version=2 ;; *) machine+=,gic-version=2,virtualization=on ;; esac
    command=("$peer" -M "$machine" -cpu "$4" -smp "$3" -nic none -nographic "${arguments[@]}")
}

# boot_once GUESTS STOPS: runs `command`. Every guest must come up. One that is alone must power the machine off; of several the harness ends the
# machine where STOPS is `stop`, and else it ends by itself (--expect).
boot_once() {
    local guests=$1 stops=$2 pid up status=0 bound=()
    [ "$stops" != stop ] || bound=(-m "$guests")
    stopwatch
    timeout 300 "${command[@]}" </dev/null >"$work/console" 2>&1 &
    pid=$!
    up=$(grep -ac "${bound[@]}" GUEST-UP < <(tee "$work/out" <"$work/console")) || true
    real=$(since)
    [ "$stops" != stop ] || kill "$pid" 2>/dev/null || true # it would wait for input
    wait "$pid" || [ "$stops" = stop ] || status=1
    cpu_time
    if [ $status != 0 ] || [ "$up" != "$guests" ]; then failed; fi
}

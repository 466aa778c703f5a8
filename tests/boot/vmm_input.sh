#!/bin/sh
# firmware/vmm's options, files and device tree, without KVM: run by qemu-aarch64.
# usage: vmm_input.sh VMM GUESTS_FOLDER. Exit 77: no qemu-aarch64 here.
vmm=$1
guests=$2
command -v qemu-aarch64 >/dev/null || { echo "SKIP: no qemu-aarch64"; exit 77; }
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
image=$guests/vmm_guest_serial
bad=0

# refuses TEXT ARGUMENT…: ends with status 2 and one line that has TEXT
refuses() {
    text=$1
    shift
    qemu-aarch64 "$vmm" "$@" >"$dir/out" 2>&1 </dev/null
    status=$?
    [ $status = 2 ] && [ "$(wc -l <"$dir/out")" = 1 ] && grep -qF -- "$text" "$dir/out" && return
    echo "vmm $*: status $status, wanted 2 and: $text"
    cat "$dir/out"
    bad=1
}

refuses "no kernel"
refuses "-z: no such option" -z 1
refuses "value is missing" -k
refuses "stray: not an option" stray
refuses "-c 5: a number from 1 to 4" -k "$image" -c 5
refuses "-c 0: a number" -k "$image" -c 0
refuses "-m 1x: a number" -k "$image" -m 1x
refuses "-m 99999999999999999999: a number" -k "$image" -m 99999999999999999999
refuses "-g 4: a number from 2 to 3" -k "$image" -g 4
refuses "$dir/none: cannot be opened (error 2)" -k "$dir/none"
refuses "$dir: is empty, or not a file" -k "$dir"
head -c 63 "$image" >"$dir/short"
refuses "$dir/short: truncated: 63 bytes" -k "$dir/short"
gzip -c "$image" >"$dir/gz"
refuses "$dir/gz: compressed by gzip" -k "$dir/gz"
head -c 4096 /dev/zero >"$dir/zero"
refuses "$dir/zero: not an arm64 Image" -k "$dir/zero"
refuses "give more by -m" -k "$image" -m 2
head -c 4194304 /dev/zero >"$dir/initrd"
refuses "$dir/initrd: does not fit" -k "$image" -i "$dir/initrd" -m 6
refuses "$dir/none: cannot be opened" -k "$image" -i "$dir/none"

# A header that ends in an EFI stub's: PE at 64, one section of 0x1000 bytes at 0x1000.
{
    head -c 60 "$image"
    printf '@\0\0\0PE\0\0\144\252\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\6\2'
    head -c 16 /dev/zero
    printf '\0\020\0\0\0\020\0\0'
    head -c 16 /dev/zero
} >"$dir/pe"
refuses "$dir/pe: truncated: 128 bytes, and its header speaks of 8192" -k "$dir/pe"

# zimage START END ORDER: a header alone, its words as escapes; uimage BYTES LOAD ENTRY KIND: a header and 64 bytes
zimage() {
    head -c 36 /dev/zero
    # shellcheck disable=SC2059 # escapes are wanted
    printf "\030\050\157\001$1$2$3"
    head -c 76 /dev/zero
}
# shellcheck disable=SC2059
uimage() {
    printf '\047\005\031\126'
    head -c 8 /dev/zero
    printf "$1$2$3\0\0\0\0$4"
    head -c 96 /dev/zero
}
zero='\0\0\0\0' short='\200\0\0\0' little='\1\2\3\4' load='\100\040\200\0' kernel='\5\2\2\0'
zimage "$zero" "$short" "$little" >"$dir/zimage"
zimage '\0\0\0\1' "$short" "$little" >"$dir/fixed"
refuses "$dir/fixed: a zImage that must be at 0x1000000" -k "$dir/fixed"
zimage "$zero" "$short" '\4\3\2\1' >"$dir/big"
refuses "$dir/big: not a little-endian" -k "$dir/big"
zimage "$zero" '\0\1\0\0' "$little" >"$dir/cut"
refuses "$dir/cut: truncated: 128 bytes, and its header speaks of 256" -k "$dir/cut"
refuses "$dir/zimage: does not fit: 128 bytes at 0x44000000" -k "$dir/zimage" -m 64
uimage '\0\0\0\100' "$load" "$load" "$kernel" >"$dir/uimage"
uimage '\0\0\0\101' "$load" "$load" "$kernel" >"$dir/cut"
refuses "$dir/cut: truncated: 128 bytes, and its header speaks of 129" -k "$dir/cut"
uimage '\0\0\0\100' "$load" "$load" '\5\2\2\1' >"$dir/gzipped"
refuses "$dir/gzipped: a uImage, but not of an uncompressed Linux kernel for 32-bit Arm (kind 0x5020201)" -k "$dir/gzipped"
uimage '\0\0\0\100' '\100\0\0\0' '\100\0\0\0' "$kernel" >"$dir/low"
refuses "$dir/low: load address 0x40000000, entry 0x40000000: they must be in RAM" -k "$dir/low"
uimage '\0\0\0\100' "$load" '\100\040\200\100' "$kernel" >"$dir/behind"
refuses "$dir/behind: load address 0x40208000, entry 0x40208040: they must be in RAM" -k "$dir/behind"

# property PATH NAME WANT
property() {
    got=$(fdtget "$dir/dtb" "$1" "$2" 2>&1)
    [ "$got" = "$3" ] || { echo "$1 $2: got $got, want $3"; bad=1; }
}

qemu-aarch64 "$vmm" -k "$image" -i "$dir/zero" -a "some words" -m 1024 -c 3 -d "$dir/dtb" || { echo "no tree"; exit 1; }
if command -v fdtget >/dev/null; then
    property /chosen bootargs "some words"
    property /chosen stdout-path "/pl011@9000000"
    property /chosen linux,initrd-start "0 1077936128"
    property /chosen linux,initrd-end "0 1077940224"
    property /memory@40000000 reg "0 1073741824 0 1073741824"
    property /intc@8000000 compatible arm,cortex-a15-gic
    property /timer interrupts "1 13 1796 1 14 1796 1 11 1796 1 10 1796"
    property /cpus/cpu@2 enable-method psci
    property /cpus/cpu@3 reg "Error at '/cpus/cpu@3': FDT_ERR_NOTFOUND"
    property /pl011@9000000 compatible "arm,pl011 arm,primecell"
    cp "$dir/dtb" "$dir/dtb.2"
    qemu-aarch64 "$vmm" -k "$image" -i "$dir/zero" -a "some words" -m 1024 -c 3 -g user -d "$dir/dtb"
    cmp "$dir/dtb" "$dir/dtb.2" || { echo "-g user: not the tree of a GICv2"; bad=1; }
    qemu-aarch64 "$vmm" -k "$image" -g 3 -c 3 -d "$dir/dtb"
    property /intc@8000000 compatible arm,gic-v3
    property /intc@8000000 reg "0 134217728 0 65536 0 134873088 0 393216"
    property /timer interrupts "1 13 4 1 14 4 1 11 4 1 10 4"
    property /chosen linux,initrd-start "Error at 'linux,initrd-start': FDT_ERR_NOTFOUND"
    property /cpus/cpu@0 compatible arm,armv8
    for kind in zimage uimage; do
        qemu-aarch64 "$vmm" -k "$dir/$kind" -i "$dir/zero" -c 2 -d "$dir/dtb"
        property /cpus/cpu@1 compatible arm,armv7
        property /timer compatible arm,armv7-timer
        case $kind in
        zimage) property /chosen linux,initrd-start "0 1147142144" ;; # 70 MiB: the kernel at 64, and its room, up to 66 and a bit; then the tree's block
        uimage) property /chosen linux,initrd-start "0 1096810496" ;; # 22 MiB: likewise
        esac
    done
fi
exit $bad

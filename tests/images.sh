# shellcheck shell=bash disable=SC2154 # its variables are the launcher's
# Guest images, for ./armature, which sources this: Debian packages of other architectures, unpacked without touching the machine's
# package system, and initramfs images made from them and from firmware/. Wants $top, $cache, $images, say, die and install_missing.
# An architecture's files are in $cache/ARCH ($images is arm64's), firmware for the boards in $cache/firmware.
# What is there is not fetched again; an image whose contents have changed (a new /init, a new vmm) is made again.

image_packages="cpio binutils"

# apt_for ARCH TOOL …: an apt tool with lists of its own for that architecture
apt_for() {
    local arch=$1 tool=$2
    shift 2
    "$tool" -q -oAPT::Architecture="$arch" -oAPT::Architectures="$arch" -oDir::State::Lists="$(lists_of "$arch")" \
        -oDir::State::status=/dev/null -oDir::Cache="$cache/apt" -oDir::Cache::pkgcache= -oDir::Cache::srcpkgcache= \
        -oAPT::Sandbox::User=root -oAPT::Update::Post-Invoke-Success::= "$@"
}

lists_of() {
    if [ "$1" = arm64 ]; then printf '%s\n' "$cache/apt/lists"; else printf '%s\n' "$cache/apt/lists-$1"; fi
}

fresh_lists=

# update_lists ARCH: once a run. A suite that has nothing for the architecture (Debian's security suite may lack armhf) is left out.
update_lists() {
    case " $fresh_lists " in *" $1 "*) return 0 ;; esac
    command -v apt-get >/dev/null || die "the guest images come from a Debian mirror, and there is no apt-get here"
    mkdir -p "$cache/$1" "$(lists_of "$1")/partial" "$cache/apt/archives/partial"
    say "reading the package lists for $1"
    apt_for "$1" apt-get -qq update >&2 || say "some package lists could not be read; going on with the others"
    fresh_lists+=" $1"
}

# extract_from ARCH PACKAGE [FILE TO]…: downloads the package and leaves of it the files that match the patterns FILE.
extract_from() {
    local arch=$1 package=$2 dir=$cache/apt/deb
    shift 2
    say "downloading $package"
    rm -rf "$dir" && mkdir -p "$dir"
    (cd "$dir" && apt_for "$arch" apt-get -qq download "$package") >&2 || return 1
    while [ $# -gt 0 ]; do
        dpkg-deb --fsys-tarfile "$dir"/*.deb | tar -xO --wildcards "./$1" >"$2.part" && [ -s "$2.part" ] || return 1
        mv "$2.part" "$2"
        shift 2
    done
    rm -rf "$dir"
}

# xen_package ARCH: the name of the newest Xen in the lists, 4.17 (Debian 12's) first.
xen_package() {
    local all
    all=$(apt_for "$1" apt-cache search --names-only "^xen-hypervisor-[0-9.]*-$1\$" | cut -d' ' -f1 | sort -V)
    printf '%s\n' "$all" | grep -x "xen-hypervisor-4.17-$1" || printf '%s\n' "$all" | tail -n 1
}

# kernel_package ARCH METAPACKAGE: the kernel that the metapackage stands for
kernel_package() {
    apt_for "$1" apt-cache depends "$2" 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-.*\)/\1/p' | head -n 1
}

# fetch_packages ARCH METAPACKAGE [FILE TO]…: kernel, Xen and busybox; FILE: what else the kernel's package has
fetch_packages() {
    local arch=$1 meta=$2 to=$cache/$1 kernel xen
    shift 2
    update_lists "$arch"
    kernel=$(kernel_package "$arch" "$meta")
    xen=$(xen_package "$arch")
    [ -n "$kernel" ] && [ -n "$xen" ] || return 1
    extract_from "$arch" "$kernel" 'boot/vmlinuz-*' "$to/vmlinuz" "$@" && extract_from "$arch" "$xen" "boot/xen-[0-9]*-$arch" "$to/xen" &&
        extract_from "$arch" busybox-static bin/busybox "$to/busybox" || return 1
    printf '%s\n' "$kernel" "$xen" busybox-static >"$to/packages"
}

# ---- what the guests run ----

# A guest's /init: says that it is up and powers off. On its kernel's command line: armature.name=NAME is its host name, armature.wait=SECONDS
# comes before the power-off (Xen's dom0 takes the machine down with it), armature.shell gives a shell.
guest_init() {
    cat <<'END'
#!/bin/busybox sh
bb=/bin/busybox
$bb mount -t proc proc /proc
$bb mount -t sysfs sysfs /sys
$bb mount -t devtmpfs devtmpfs /dev
name= wait=0 shell=
for word in $($bb cat /proc/cmdline); do
    case $word in
    armature.name=*) name=${word#*=} ;;
    armature.wait=*) wait=${word#*=} ;;
    armature.shell) shell=yes ;;
    esac
done
[ -n "$name" ] || ! [ -r /sys/hypervisor/type ] || name=dom0
[ -z "$name" ] || $bb hostname "$name"
echo "GUEST-UP $($bb uname -a), CPUs: $($bb nproc)"
if [ -z "$shell" ]; then
    $bb sleep "$wait"
    $bb poweroff -f
fi
$bb --install -s /bin
export PATH=/bin HOME=/ TERM=${TERM:-vt100} PS1='\h:\w# '
[ -r /sys/hypervisor/type ] && echo "/sys/hypervisor/type says $(cat /sys/hypervisor/type)"
what=it
[ "$name" != dom0 ] || what="the whole machine"
echo "A shell in ${name:-the guest}. 'exit' powers $what off; Ctrl-A h lists Armature's keys, Ctrl-A x quits."
setsid cttyhack sh
poweroff -f
END
}

# The /init of a 64-bit kernel that runs 32-bit programs: what an armhf busybox computes, forks and pipes must be what an arm64 one does.
compat_init() {
    cat <<'END'
#!/bin/busybox sh
bb=/bin/busybox
$bb mount -t proc proc /proc
work() {
    $1 sha256sum </bin/busybox.armhf
    $1 gzip -c </bin/busybox.armhf | $1 gzip -dc | $1 md5sum
    $1 awk 'BEGIN { for (i = 1; i < 2000; i++) s += i / 99 * (i % 7 - 2.5); printf "%.12g %d\n", s, s * 1000 }'
    $1 sh -c 'f() { [ $1 -lt 2 ] && echo $1 || echo $(($(f $(($1 - 1))) + $(f $(($1 - 2))))); }; f 7'
}
a=$(work $bb) b=$(work /bin/busybox.armhf)
echo "$b"
if [ -n "$b" ] && [ "$a" = "$b" ]; then echo "ARMHF-PROGRAMS-RUN"; else echo "the 64-bit one says: $a"; fi
$bb poweroff -f
END
}

# The /init of a KVM host: runs /guest/run, whose guest gets this script's arguments (after -- on the host's command line) as its kernel's.
host_init() {
    cat <<'END'
#!/bin/busybox sh
bb=/bin/busybox
$bb mount -t proc proc /proc
$bb mount -t sysfs sysfs /sys
$bb mount -t devtmpfs devtmpfs /dev
$bb --install -s /bin
export PATH=/bin HOME=/ VCPUS=1
for word in $(cat /proc/cmdline); do
    case $word in
    --) break ;;
    armature.vcpus=*) VCPUS=${word#*=} ;;
    esac
done
hostname host
echo "HOST-UP $(uname -a)"
if ! [ -c /dev/kvm ]; then
    echo "There is no /dev/kvm, for which the kernel must be entered at EL2: KVM-FAILED"
elif ! setsid cttyhack /guest/run "$*"; then
    echo "The VMM ended with an error: KVM-FAILED"
fi
poweroff -f
END
}

# guest_run VMM (armhf: armature with a 32-bit guest): /guest/run prints the command that starts the guest, and becomes it. $1: the guest kernel's command line
# shellcheck disable=SC2016 # $ is for the guest's shell
guest_run() {
    printf '#!/bin/busybox sh\n'
    case $1 in
    armature) printf '%s' 'set -- /bin/vmm -c "$VCPUS" -m 192 -k /guest/Image -i /guest/initramfs.cpio -a "console=ttyAMA0 $1"' ;;
    armhf) printf '%s' 'set -- /bin/vmm -c "$VCPUS" -m 192 -k /guest/uImage -i /guest/initramfs.cpio -a "console=ttyAMA0 $1"' ;;
    qemu)
        # Protected KVM has no GICv2 for guests, and QEMU takes its own only if it is told to.
        printf '%s\n' 'irqchip=on' 'grep -q kvm-arm.mode=protected /proc/cmdline && irqchip=off'
        printf '%s' 'set -- /bin/qemu-system-aarch64 -accel "kvm,kernel-irqchip=$irqchip" -M virt,gic-version=2 -cpu host -m 256' \
            ' -smp "$VCPUS" -nographic -nic none' \
            ' -kernel /guest/Image -initrd /guest/initramfs.cpio -append "console=ttyAMA0 $1"'
        ;;
    esac
    printf '\necho "host: running: $*"\nexec "$@"\n'
}

# ---- initramfs images ----

# new_root [FOLDER]: an empty root folder with FOLDER/busybox in it ($images: arm64's); prints its name
new_root() {
    local root=$cache/initramfs.root
    rm -rf "$root"
    mkdir -p "$root/bin" "$root/proc" "$root/sys" "$root/dev"
    cp "${1-$images}/busybox" "$root/bin/busybox"
    chmod 755 "$root/bin/busybox"
    printf '%s\n' "$root"
}

# pack ROOT IMAGE STAMP_COMMAND…: the image, and beside it what the command prints, by which is_made knows it again. Equal contents, equal bytes.
pack() {
    local root=$1 image=$2
    shift 2
    find "$root" -exec touch -h -d @0 {} +
    (cd "$root" && find . | LC_ALL=C sort | cpio --quiet --reproducible -o -H newc -R 0:0) >"$image.part"
    mv "$image.part" "$image"
    "$@" >"${image%.cpio}.stamp"
    rm -rf "$root"
}

# is_made IMAGE STAMP_COMMAND…
is_made() {
    local image=$1
    shift
    [ -s "$image" ] && "$@" | cmp -s - "${image%.cpio}.stamp"
}

# make_initramfs FOLDER: from its busybox
make_initramfs() {
    local root
    say "making the initramfs in $1"
    root=$(new_root "$1")
    guest_init >"$root/init"
    chmod 755 "$root/init"
    pack "$root" "$1/initramfs.cpio" guest_init
}

# with_lock COMMAND…: two launchers do not make the same image at once
with_lock() {
    mkdir -p "$cache"
    exec 9>"$cache/lock"
    flock 9
    "$@"
    exec 9>&-
}

make_compat_initramfs() {
    local root
    say "making the initramfs with 32-bit programs"
    root=$(new_root "$images")
    cp "$cache/armhf/busybox" "$root/bin/busybox.armhf"
    compat_init >"$root/init"
    chmod 755 "$root/bin/busybox.armhf" "$root/init"
    pack "$root" "$images/compat.cpio" compat_init
}

# all_there FOLDER FILE…
all_there() {
    local folder=$1 file
    shift
    for file in "$@"; do
        [ -s "$folder/$file" ] || return 1
    done
}

# ensure_initramfs FOLDER
ensure_initramfs() {
    is_made "$1/initramfs.cpio" guest_init && return
    # shellcheck disable=SC2086 # a list of words
    install_missing $image_packages
    make_initramfs "$1"
}

fetch_images_locked() {
    all_there "$images" vmlinuz xen busybox || fetch_packages arm64 linux-image-arm64 ||
        die "the guest images could not be fetched from the configured Debian mirror"
    ensure_initramfs "$images"
}

fetch_images() {
    with_lock fetch_images_locked
}

# be32 NUMBER: its four bytes
be32() {
    local hex
    hex=$(printf '%08x' "$1")
    # shellcheck disable=SC2059 # escapes are made
    printf "$(printf '%s' "$hex" | sed 's/../\\x&/g')"
}

# crc32_of FILE: gzip's, which stands before the length at its end
crc32_of() {
    gzip -1c "$1" | tail -c 8 | head -c 4 | od -An -tu4 | tr -d ' '
}

# uimage_header FILE ADDRESS CRC: of a kernel of 32-bit Arm that starts at its first byte (loader/uimage.c)
uimage_header() {
    be32 $((0x27051956)) && be32 "$3" && be32 0 && be32 "$(stat -c %s "$1")" && be32 "$2" && be32 "$2" && be32 "$(crc32_of "$1")"
    printf '\005\002\002\000' # Linux, Arm, kernel, not compressed
    head -c 32 /dev/zero
}

# unwrap_zimage FOLDER: the kernel in FOLDER/vmlinuz, whose XZ data is unpacked here and not by its own 2.1 billion instructions, as a U-Boot image
# for board virt: FOLDER/unpacked.uimage. The kernel's start is at 0x208000 in RAM, as the zImage's table says of Debian's (loader/zimage.c).
unwrap_zimage() {
    local work=$1/unpacked at
    say "unpacking the kernel in $1"
    at=$(LC_ALL=C grep -obUaP '\xfd7zXZ\x00' "$1/vmlinuz" | tail -n 1 | cut -d: -f1) # the first is the unpacker's own
    [ -n "$at" ] && { tail -c "+$((at + 1))" "$1/vmlinuz" | xz -dcq --single-stream >"$work.part" || [ -s "$work.part" ]; } || return 1
    uimage_header "$work.part" $((0x40208000)) 0 >"$work.header"
    uimage_header "$work.part" $((0x40208000)) "$(crc32_of "$work.header")" | cat - "$work.part" >"$work.uimage.part"
    mv "$work.uimage.part" "$work.uimage"
    rm "$work.part" "$work.header"
}

# The 32-bit Arm kernel with LPAE, its Xen, and the device tree of the CoreTile Express A15x2
fetch_armhf_locked() {
    local to=$cache/armhf dtb=vexpress-v2p-ca15-tc1.dtb
    all_there "$to" vmlinuz xen busybox $dtb || fetch_packages armhf linux-image-armmp-lpae "usr/lib/linux-image-*/$dtb" "$to/$dtb" ||
        die "the guest images for armhf could not be fetched from the configured Debian mirror"
    ensure_initramfs "$to"
    ! [ -s "$images/busybox" ] || is_made "$images/compat.cpio" compat_init || make_compat_initramfs
    [ "$to/unpacked.uimage" -nt "$to/vmlinuz" ] && return
    install_missing xz-utils
    unwrap_zimage "$to" || die "the kernel in $to/vmlinuz could not be unpacked"
}

fetch_armhf() {
    with_lock fetch_armhf_locked
}

# U-Boot and EDK2 for board virt; packages for all architectures, so the lists for arm64 do
fetch_firmware_locked() {
    local to=$cache/firmware
    all_there "$to" u-boot-arm64.bin u-boot-arm.bin edk2-arm64.fd edk2-arm.fd && return
    mkdir -p "$to"
    update_lists arm64
    if ! extract_from arm64 u-boot-qemu usr/lib/u-boot/qemu_arm64/u-boot.bin "$to/u-boot-arm64.bin" \
        usr/lib/u-boot/qemu_arm/u-boot.bin "$to/u-boot-arm.bin" ||
        ! extract_from arm64 qemu-efi-aarch64 usr/share/qemu-efi-aarch64/QEMU_EFI.fd "$to/edk2-arm64.fd" ||
        ! extract_from arm64 qemu-efi-arm usr/share/AAVMF/AAVMF32_CODE.fd "$to/edk2-arm.fd"; then
        die "the firmware could not be fetched from the configured Debian mirror"
    fi
}

fetch_firmware() {
    with_lock fetch_firmware_locked
}

# ---- KVM hosts ----

# fetch_qemu: Debian's QEMU for arm64 and the libraries that it needs, unpacked to $cache/qemu-arm64 with a flat lib/
fetch_qemu() {
    local all=$cache/qemu.all to=$cache/qemu-arm64 packages deb
    [ -x "$to/bin/qemu-system-aarch64" ] && return
    update_lists arm64
    mapfile -t packages < <(apt_for arm64 apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
        --no-enhances qemu-system-arm | grep -E '^(lib|zlib|qemu-system-arm)' | sort -u)
    [ ${#packages[@]} -gt 1 ] || return 1
    say "downloading qemu-system-arm for arm64 and its libraries (${#packages[@]} packages, about 30 MB)"
    rm -rf "$all" "$to" && mkdir -p "$all/deb" "$to.part"
    (cd "$all/deb" && apt_for arm64 apt-get -qq download "${packages[@]}") >&2 || return 1
    for deb in "$all"/deb/*.deb; do
        dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$all" --exclude './usr/share/*' --exclude './etc/*' || return 1
    done
    take_program "$all" "$to.part" usr/bin/qemu-system-aarch64 || return 1
    printf '%s\n' "${packages[@]}" >"$to.part/packages"
    mv "$to.part" "$to"
    rm -rf "$all"
}

# take_program FROM TO FILE: copies the program to TO/bin and the libraries that it needs, theirs included, to TO/lib
take_program() {
    local from=$1 to=$2 todo=() file needed name
    mkdir -p "$to/bin" "$to/lib"
    cp -L "$from/$3" "$to/bin/" || return 1
    todo=("$to/bin/${3##*/}")
    while [ ${#todo[@]} -gt 0 ]; do
        mapfile -t needed < <(readelf -d "${todo[@]}" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u)
        todo=()
        for name in "${needed[@]}"; do
            [ -e "$to/lib/$name" ] && continue
            file=$(find "$from/lib" "$from/usr/lib" -name "$name" -print -quit)
            [ -n "$file" ] || { say "library $name is in none of the packages" && return 1; }
            cp -L "$file" "$to/lib/$name" || return 1
            todo+=("$to/lib/$name")
        done
    done
}

# host_stamp VMM: what the image of a KVM host is made of
host_stamp() {
    host_init
    guest_run "$1"
    guest_init
    cat "$images/packages"
    case $1 in
    qemu) cat "$cache/qemu-arm64/packages" ;;
    armhf) cat "$cache/armhf/packages" && cksum <"$vmm_program" ;;
    *) cksum <"$vmm_program" ;;
    esac
}

fetch_kvm_host_locked() {
    local vmm=$1 image=$images/kvm-$1.cpio root
    # shellcheck disable=SC2086
    install_missing $image_packages
    [ "$vmm" != qemu ] || fetch_qemu || die "Debian's qemu-system-arm for arm64 could not be fetched from the configured Debian mirror"
    is_made "$image" host_stamp "$vmm" && return
    say "making the KVM host's initramfs ($vmm)"
    root=$(new_root)
    if [ "$vmm" != qemu ]; then
        cp "$vmm_program" "$root/bin/vmm"
    else
        cp -a "$cache/qemu-arm64/bin" "$cache/qemu-arm64/lib" "$root/"
    fi
    mkdir -p "$root/guest"
    if [ "$vmm" = armhf ]; then
        cp "$cache/armhf/unpacked.uimage" "$root/guest/uImage"
        cp "$cache/armhf/initramfs.cpio" "$root/guest/initramfs.cpio"
    else
        cp "$images/vmlinuz" "$root/guest/Image"
        cp "$images/initramfs.cpio" "$root/guest/initramfs.cpio"
    fi
    host_init >"$root/init"
    guest_run "$vmm" >"$root/guest/run"
    chmod 755 "$root/init" "$root/guest/run"
    pack "$root" "$image" host_stamp "$vmm"
}

# fetch_kvm_host VMM (armhf: after fetch_armhf): makes $images/kvm-VMM.cpio: a host's initramfs with the VMM, a guest's kernel and its initramfs
fetch_kvm_host() {
    with_lock fetch_kvm_host_locked "$1"
}

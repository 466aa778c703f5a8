#!/bin/sh
# firmware/vmm and its small guests (vmm_guest.S) under Debian's Linux: output, message and exit status of each.
# usage: vmm_exits.sh PROGRAM IMAGES_FOLDER VMM GUESTS_FOLDER. Exit 77: the images cannot be had here.
program=$1
images=$2
vmm=$3
guests=$4
for file in "$images/vmlinuz" "$images/busybox"; do
    [ -s "$file" ] || { echo "SKIP: $file is missing (./armature fetch gets it)"; exit 77; }
done
command -v cpio >/dev/null || { echo "SKIP: no cpio"; exit 77; }
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT

mkdir -p "$dir/root/dev" && cp "$vmm" "$dir/root/vmm" && cp "$images/busybox" "$dir/root/busybox" && cp "$guests"/vmm_guest_* "$dir/root/" || exit 2
cat >"$dir/root/init" <<'EOI'
#!/busybox sh
try() {
    guest=$1
    shift
    /vmm -m 4 -k "/vmm_guest_$guest" "$@"
    echo "STATUS $guest $?"
}
try serial
echo "KVM missing: seen above"
/busybox mount -t devtmpfs devtmpfs /dev
try serial </dev/null
try offset </dev/null
echo hallo q | try input
try cpu_on -c 4 </dev/null
try reset </dev/null
try read -e </dev/null
try scan </dev/null
try gic -c 2 -g 2 </dev/null
try gic -c 2 -g user </dev/null
try serial -g 3 </dev/null
try write </dev/null
try undecodable </dev/null
try serial </dev/null >&-
/busybox poweroff -f
EOI
chmod 755 "$dir/root/init" "$dir/root/busybox" "$dir/root/vmm"
(cd "$dir/root" && find . | sort | cpio -o -H newc -R 0:0 --quiet) >"$dir/initramfs.cpio" || exit 2

"$program" -M virt -cpu cortex-a57 -m 512M -nographic -kernel "$images/vmlinuz" -initrd "$dir/initramfs.cpio" --max-insns 3000000000 \
    -append "console=ttyAMA0 cryptomgr.notests quiet panic=-1" --fail-on "Kernel panic" </dev/null >"$dir/out" 2>&1
status=$?
tr -d '\r' <"$dir/out" | grep -E '^(vmm:|STATUS|KVM|[a-z ]+$)' >"$dir/got"
cat >"$dir/want" <<'EOW'
vmm: /dev/kvm: cannot be opened (error 2): is KVM in this kernel, was it started at EL2, is devtmpfs mounted?
STATUS serial 2
KVM missing: seen above
aaaay
STATUS serial 0
aaaay
STATUS offset 0
hallo q
STATUS input 0
s
STATUS cpu_on 0
vmm: the guest asked for a reset, which is not supported (vCPU 0, pc PC)
STATUS reset 1
vmm: vCPU 0 read 1 bytes at IPA 0xb000000, where nothing is, at pc PC: it gets 0
vmm: vCPU 0 read 8 bytes at IPA 0xb000008, where nothing is, at pc PC: it gets 0
z
vmm: exits: MMIO read 3
vmm: exits: MMIO write 2
vmm: exits: system event 1
vmm: exits: interrupted 0
vmm: exits: other 0
vmm: exits: all 6; changes of the UART's interrupt 0
STATUS read 0
REPORTS
STATUS scan 0
txurs
STATUS gic 0
txurs
STATUS gic 0
vmm: -g 3: KVM cannot create such a GIC on this host (error 19)
STATUS serial 3
vmm: vCPU 0 wrote 0x1234 (2 bytes) to IPA 0xb000004, where nothing is, at pc PC
STATUS write 1
vmm: vCPU 0 accessed IPA 0xb000000, where nothing is, by an instruction without a syndrome (ISS 0x6), at pc PC
STATUS undecodable 1
vmm: standard output cannot be written (error 9)
EOW
for n in 0 4 8 c 10 14 18 1c 20 24 28 2c 30 34 38 3c; do
    echo "vmm: vCPU 0 read 4 bytes at IPA 0xb0000$(printf %02s $n | tr ' ' 0), where nothing is, at pc PC: it gets 0"
done | sed '$s/$/; other addresses are not reported any more/' >"$dir/reports"
sed -i -e "/^REPORTS/r $dir/reports" -e '/^REPORTS/d' "$dir/want"
sed -i 's/pc 0x40000[0-9a-f]*/pc PC/' "$dir/got"
diff "$dir/want" "$dir/got" || { echo "exit status $status"; exit 1; }
[ $status = 0 ] || { echo "exit status $status"; exit 1; }

#!/bin/sh
# The rules of the house that a script can check: who may include whom (README, Architecture), sizes, headers that compile alone.
# usage: house.sh SOURCE_DIR COMPILER
cd "$1" || exit 2
compiler=$2
bad=0

# sources PATTERN: files of the project, built ones apart
sources() {
    find . -path './build*' -prune -o -name "$1" -print | sed 's|^\./||' | sort
}

complain() {
    echo "$*"
    bad=1
}

# may_include FOLDER PREFIX…: sources under FOLDER include only those prefixes of the project.
may_include() {
    folder=$1
    shift
    for file in "$folder"/*.[ch] "$folder"/*/*.[ch]; do
        [ -f "$file" ] || continue
        case $file in emu/platform/*) [ "$folder" = emu/platform ] || continue ;; esac
        for name in $(sed -n 's/^#include "\(.*\)"/\1/p' "$file"); do
            ok=no
            for prefix in "$@"; do
                case $name in "$prefix"/*) ok=yes ;; esac
            done
            [ $ok = yes ] || complain "$file: may not include $name"
        done
    done
}

may_include emu/platform emu/platform
may_include mmu mmu emu/platform
may_include gic gic emu/platform
may_include timer timer emu/platform
may_include devices devices emu/platform
may_include loader loader emu/platform
may_include cpu cpu mmu emu/platform

# A source over 700 lines wants a reason: list it here with one.
oversized=""
for file in $(sources '*.[ch]'); do
    lines=$(wc -l < "$file")
    case " $oversized " in
    *" $file "*) [ "$lines" -gt 700 ] || complain "$file: listed as oversized, and is not any more" ;;
    *) [ "$lines" -le 700 ] || complain "$file: $lines lines" ;;
    esac
done

for header in $(sources '*.h' | grep -v '^tests/guest/\|^firmware/'); do
    printf '#include "%s"\n' "$header" |
        "$compiler" -std=gnu17 -I. -Wall -Wextra -Werror -Wno-unused-function -fsyntax-only -x c - 2>/dev/null || complain "$header: does not compile alone"
done
exit $bad

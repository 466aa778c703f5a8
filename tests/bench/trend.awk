# The history (one JSON object a line, as bench.sh writes it) of one case, oldest first.

function value(text, key,   found) {
    if (!match(text, "\"" key "\": *(\"[^\"]*\"|[^,} ]*)"))
        return "-"
    found = substr(text, RSTART, RLENGTH)
    sub("\"" key "\": *", "", found)
    gsub("\"", "", found)
    return found
}

function bar(ratio,   i, text) {
    for (i = 0; i < ratio * 4 && i < 60; i++)
        text = text "#"
    return text
}

BEGIN {
    printf "%-21s %-18s %14s %10s %12s %8s  %s\n", "date", "commit", "instructions", "seconds", "ns per op", "ratio", "(a # is 0.25)"
}

match($0, "\\{ \"case\": \"" name "\"[^}]*\\}") {
    at = substr($0, RSTART, RLENGTH)
    ratio = value(at, "ratio")
    printf "%-21s %-18s %14s %10s %12s %8s  %s\n", value($0, "date"), value($0, "commit"), value(at, "instructions"), value(at, "seconds"),
           value(at, "ns_per_operation"), ratio, ratio == "-" ? "" : bar(ratio)
    shown++
}

END {
    if (!shown)
        print name ": not measured yet"
}

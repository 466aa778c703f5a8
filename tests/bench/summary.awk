# The samples of one case ("ours[-short]|peer[-short] seconds cpu-seconds", in the order in which they ran) to a line of the table and a JSON object.

function sort_into(from, n, to,   i, j, t) {
    for (i = 1; i <= n; i++) {
        t = from[i]
        for (j = i - 1; j > 0 && to[j] > t; j--)
            to[j + 1] = to[j]
        to[j + 1] = t
    }
}

# The q-quantile, interpolated between neighbours
function quantile(values, n, q,   sorted, at, low) {
    sort_into(values, n, sorted)
    at = 1 + (n - 1) * q
    low = int(at)
    return low >= n ? sorted[n] : sorted[low] + (at - low) * (sorted[low + 1] - sorted[low])
}

# Time of the operations alone: without the least of the short runs, for a busy machine only ever adds to the start
function without_start(values, n, shorts, k,   base, i) {
    base = k ? quantile(shorts, k, 0) : 0
    for (i = 1; i <= n; i++)
        values[i] = values[i] - base > 0.0001 ? values[i] - base : 0.0001
}

# A boot and a start are not made of operations.
function per_operation(seconds) {
    if (is_whole)
        return ""
    seconds = seconds / (count - int(count / 100)) * 1e9
    return seconds < 9999 ? sprintf("%.1f ns", seconds) : sprintf("%.1f us", seconds / 1000)
}

function spread(key, values, n,   text) {
    return sprintf(", \"%s\": %.4f, \"%s_q1\": %.4f, \"%s_q3\": %.4f", key, quantile(values, n, 0.5), key, quantile(values, n, 0.25), key,
                   quantile(values, n, 0.75))
}

BEGIN {
    is_whole = group == "boots" || group == "start"
    row = "%-10s %13s %8s %7s %10s %8s %11s %6s %-14s %6s\n"
    if (head) {
        printf row, "case", "instructions", "seconds", "MIPS", "per op", "qemu s", "qemu per op", "ratio", "[quartiles]", "cpu"
        exit
    }
}

$1 == "ours" { ours[++n] = $2; ours_cpu[n] = $3 }
$1 == "ours-short" { short[++k] = $2; short_cpu[k] = $3 }
$1 == "peer" { peer[++m] = $2; peer_cpu[m] = $3 }
$1 == "peer-short" { peer_short[++l] = $2; peer_short_cpu[l] = $3 }

END {
    if (head)
        exit
    without_start(ours, n, short, k)
    without_start(ours_cpu, n, short_cpu, k)
    without_start(peer, m, peer_short, l)
    without_start(peer_cpu, m, peer_short_cpu, l)
    seconds = quantile(ours, n, 0.5)
    text = sprintf("{ \"case\": \"%s\", \"group\": \"%s\", \"runs\": %d, \"instructions\": %s", name, group, n, insns)
    text = text spread("seconds", ours, n) spread("cpu_seconds", ours_cpu, n) sprintf(", \"mips\": %.1f", insns / seconds / 1e6)
    if (!is_whole)
        text = text sprintf(", \"operations\": %d, \"ns_per_operation\": %.2f", count - int(count / 100), seconds / (count - int(count / 100)) * 1e9)
    peer_text = peer_op = ratio_text = quartiles = ratio_cpu_text = "-"
    if (m) {
        for (i = 1; i <= m; i++) {
            ratio[i] = peer[i] / ours[i]
            ratio_cpu[i] = peer_cpu[i] / ours_cpu[i]
        }
        peer_seconds = quantile(peer, m, 0.5)
        peer_text = sprintf("%.3f", peer_seconds)
        peer_op = per_operation(peer_seconds)
        ratio_text = sprintf("%.2f", quantile(ratio, m, 0.5))
        ratio_cpu_text = sprintf("%.2f", quantile(ratio_cpu, m, 0.5))
        quartiles = sprintf("[%.2f, %.2f]", quantile(ratio, m, 0.25), quantile(ratio, m, 0.75))
        text = text spread("qemu_seconds", peer, m) spread("qemu_cpu_seconds", peer_cpu, m)
        if (!is_whole)
            text = text sprintf(", \"qemu_ns_per_operation\": %.2f", peer_seconds / (count - int(count / 100)) * 1e9)
        text = text spread("ratio", ratio, m) spread("cpu_ratio", ratio_cpu, m)
    }
    printf row, name, insns, sprintf("%.3f", seconds), sprintf("%.1f", insns / seconds / 1e6), per_operation(seconds), peer_text, peer_op,
           ratio_text, quartiles, ratio_cpu_text
    print text " }" >json
}

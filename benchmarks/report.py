"""Turn the figures into one table."""

import math

LEGEND = """\
A ratio is cnnlab's time divided by the peer's, the median over rounds in which all took turns:
below 1, cnnlab is faster. Of a peer's several functions the fastest is shown; all are in the JSON.
GEMM is the part of the machine's matrix product, measured in the same rounds, that the row reaches
(above 1 it did with fewer operations). memory is the peak beside the result, in MB and as a
multiple of the input. * marks what is above its goal; for memory that is 1.5 times the input and
8 MB."""


def table(found):
    """Return the table, what was measured on, and what could not be compared."""
    peers = list(dict.fromkeys(peer(name) for row in found["rows"] for name in row["ratios"]))
    heads = ["", "type", "threads", "cnnlab ms", "GEMM", *peers, "goal", "memory MB", "× input"]
    lines, group = [heads], None
    for row in found["rows"]:
        if (row["group"], row["dtype"], row["threads"]) != group:
            group = (row["group"], row["dtype"], row["threads"])
            lines.append([f"-- {row['group']}"] + [""] * (len(heads) - 1))
        lines.append(cells(row, peers))
    blocks = [aligned(lines), means(found["rows"]), differing(found["rows"]), LEGEND]
    blocks += [measured_on(found["machine"]), not_compared(found)]
    return "\n\n".join(filter(None, blocks))


def peer(name):
    return name.split(":")[0]


def fastest(row, who):
    """Return the highest of our ratios to a peer's functions: that of its fastest one."""
    return max((r for name, r in row["ratios"].items() if name.startswith(who)), default=None)


def cells(row, peers):
    part, memory = row["part of GEMM peak"], row["memory beyond the result"]
    ratios = ["–" if (r := fastest(row, who)) is None else f"{r:.2f}" for who in peers]
    return [
        row["name"],
        row["dtype"],
        str(row["threads"]),
        f"{1e3 * row['best seconds']['cnnlab']:.3g}",
        "" if part is None else f"{part:.0%}",
        *ratios,
        goal(row),
        f"{memory / 1e6:.1f}" + " *" * (memory > 1.5 * row["input bytes"] + 8e6),
        f"{memory / row['input bytes']:.1f}",
    ]


def goal(row):
    reached = row["goal"] and fastest(row, row["goal peer"])
    if not reached:
        return ""
    return (
        f"{reached:.2f} ≤ {row['goal']}"
        if reached <= row["goal"]
        else (f"{reached:.2f} > {row['goal']} *")
    )


def aligned(lines):
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if not at else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def means(rows):
    """Return the geometric mean of the ratios to the goal's peer, per group, type and threads."""
    groups = {}
    for row in rows:
        ratio = fastest(row, row["goal peer"]) if row["goal peer"] else None
        if ratio:
            key = (row["group"], row["dtype"], row["threads"], row["goal peer"])
            groups.setdefault(key, []).append(ratio)
    return "\n".join(
        f"geometric mean, {group}, {dtype}, {threads} thread{'s' * (threads > 1)}: "
        f"{math.exp(sum(map(math.log, ratios)) / len(ratios)):.2f} × {who} ({len(ratios)} rows)"
        for (group, dtype, threads, who), ratios in groups.items()
    )


def differing(rows):
    return "\n".join(
        f"DIFFERS: {row['name']}, {row['dtype']}: {', '.join(row['disagrees'])}"
        for row in rows
        if row["disagrees"]
    )


def measured_on(machine):
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    ignored = ", ".join(machine["settings ignored"]) or "none"
    return (
        f"Measured on {machine['processor']}, {machine['cores']} cores, {machine['system']}; "
        f"{versions}; {', '.join(machine['BLAS'])}.\n"
        f"Settings of the environment ignored: {ignored}."
    )


def not_compared(found):
    """Say which peers were not installed, and which rows a peer has no operation for."""
    lines = [f"{name}: not installed" for name in found["machine"]["not installed"]]
    reasons = {}
    for row in found["rows"]:
        for who, why in row["absent"].items():
            names = reasons.setdefault((who, why), [])
            names += [row["name"]] if row["name"] not in names else []
    for (who, why), names in reasons.items():
        few = ", ".join(names) if len(names) < 4 else f"{len(names)} rows, from {names[0]}"
        lines.append(f"{who} {why}: {few}")
    return "Not compared:\n" + "\n".join(f"  {line}" for line in lines) if lines else ""

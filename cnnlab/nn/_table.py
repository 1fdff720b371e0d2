"""A network as a table."""

HEADS = ("layer", "output", "parameters", "multiply-adds")


def table(network, depth=None):
    """Return a line for each layer of a network, indented below what it is a part of.

    Shapes, and what follows from them, are open as long as no batch went through. With a depth,
    what lies deeper counts in the line of what it is a part of.
    """
    rows = list(_rows(network, "", "", depth))
    known = [tuple(row[column] for row in rows if row[column] is not None) for column in (2, 3)]
    total = "total", None, sum(known[0]), sum(known[1]) if network.shapes else None
    lines = [HEADS, *(tuple(map(_cell, row)) for row in [*rows, total])]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}  {d:>{widths[3]}}".rstrip()
        for a, b, c, d in lines
    )


def _rows(layer, name, indent, depth):
    """Yield label, shape, parameters and multiply-adds of a layer, or of all that it is made of."""
    shape, children = layer.shapes and layer.shapes[1], layer.children() if depth != 0 else {}
    if name or not children:
        count = sum(parameter.value.size for parameter in layer.parameters().values())
        made = (None, None) if children else (count, shape and _multiply_adds(layer))
        yield f"{indent}{name}  {layer.label()}" if name else layer.label(), shape, *made
        indent += "   "
    width = max(map(len, children), default=0)
    for inner, child in children.items():
        yield from _rows(child, f"{inner:<{width}}", indent, depth and depth - 1)


def _multiply_adds(layer):
    """Count those of a layer and all that it is made of."""
    leaves = (part for part in layer.walk() if part.shapes and not part.children())
    return sum(leaf.multiply_adds(leaf.shapes[1]) for leaf in leaves)


def _cell(value):
    """Write a count with commas, a shape with crosses, and nothing where nothing is known."""
    if isinstance(value, tuple):
        return "×".join(map(str, value))
    return "" if value is None else f"{value:,}" if isinstance(value, int) else value

"""Drawing of charts as SVG by vl-convert, with a label for screen readers."""

import re
from typing import Any

import vl_convert
from markupsafe import Markup

from oura_lake.report.axes import Shape, config
from oura_lake.report.charts import Chart

ROOT = re.compile(r"<svg [^>]*viewBox=\"(?P<box>[^\"]*)\">")
SPOKEN = re.compile(r" (?:aria-[a-z]+|role|pointer-events)=\"[^\"]*\"")
EMPTY = re.compile(r"<path (?:class=\"(?:background|foreground)\" )?d=\"(?:M0,0h0v0h0Z)?\"(?: display=\"none\")?/>")


def drawing(chart: Chart, shape: Shape, label: str, name: str) -> Markup:
    """Chart as inline SVG; the renderer may load nothing, and the prefix `name` makes the ids unique."""
    spec: dict[str, Any] = {**chart.form, "datasets": chart.data, "config": config(shape)}
    svg = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    root = ROOT.match(svg)
    if root is None:
        raise ValueError("vl-convert gave no SVG; the locked version and this code no longer fit.")
    body = EMPTY.sub("", SPOKEN.sub("", svg[root.end() :]))
    body = re.sub(r"((?:id=\"|url\(#))", rf"\g<1>{name}-", body)
    return Markup('<svg class="{}" viewBox="{}" role="img" aria-label="{}">').format(name, root["box"], label) + Markup(
        body
    )

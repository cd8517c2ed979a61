"""The few shapes that a picture of figures needs, as SVG text. Standard library only, no font and no image from
elsewhere: the file is all there is to it.

Colours are of the set of Okabe and Ito, which people with any kind of colour vision tell apart; what is urgent is
hatched besides.
"""

from xml.sax.saxutils import escape

BLUE, YELLOW, RED, GREY = "#0072b2", "#e69f00", "#d55e00", "#5f6b76"
INK, PALE = "#1c2430", "#eef3f7"

FONTS = "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei','WenQuanYi Micro Hei',sans-serif"


class Svg:
    """A picture in the making."""

    def __init__(self, width: int, height: int, title: str, description: str):
        self._parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            f'role="img" aria-labelledby="title description" lang="zh-CN" font-family="{FONTS}">',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="description">{escape(description)}</desc>',
            '<defs><pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><rect width="6" height="6" fill="none"/>'
            '<line x1="1" y1="0" x2="1" y2="6" stroke="#ffffff" stroke-width="1.6"/></pattern></defs>',
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        ]

    def text(self, x: float, y: float, text: str, size: int, colour: str = INK, bold: bool = False,
             anchor: str = "start") -> None:
        """A line of text; (x, y) is where its baseline starts, or ends, or has its middle."""
        weight = ' font-weight="600"' if bold else ""
        where = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self._parts.append(f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" fill="{colour}"{weight}{where}>'
                           f"{escape(text)}</text>")

    def box(self, x: float, y: float, width: float, height: float, colour: str, radius: int = 0,
            pattern: bool = False) -> None:
        """A rectangle; with a pattern it is hatched."""
        shape = f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
        round_off = f' rx="{radius}"' if radius else ""
        self._parts.append(f'{shape}{round_off} fill="{colour}"/>')
        if pattern:
            self._parts.append(f'{shape} fill="url(#hatched)"/>')

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str, width: float, opacity: float = 1) -> None:
        """A line with round ends."""
        faint = f' stroke-opacity="{opacity}"' if opacity < 1 else ""
        self._parts.append(f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" stroke="{colour}" '
                           f'stroke-width="{width}" stroke-linecap="round"{faint}/>')

    def dot(self, x: float, y: float, radius: int, colour: str, hollow: bool) -> None:
        """A dot, or a ring."""
        fill = "#ffffff" if hollow else colour
        self._parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{radius}" fill="{fill}" stroke="{colour}" '
                           'stroke-width="2"/>')

    def document(self) -> str:
        """The whole file."""
        return "\n".join([*self._parts, "</svg>", ""])


def _n(value: float) -> str:
    """A coordinate, with no more digits than anybody sees; the same picture is the same text."""
    return f"{value:.1f}".rstrip("0").rstrip(".")

#!/usr/bin/env python3
"""Draws a town's picture of a year as one SVG: its grids with what was raised and what became of it, how much was
answered in time and how satisfied visitors were (with 95 % intervals), the topics and the months.

    python3 examples/year_picture.py --year 2026 --url http://127.0.0.1:8080 --token-file huiyin-data/admin.token

Counts are those of the dashboards, rates those of the annual review, both of one position of the log, which stands in
the picture: with it anybody can ask for the same figures again. Nothing is ranked: the grids stand in the town's order.
"""

import argparse
import datetime
import os
import sys
from pathlib import Path

from huiyin_client import FILES, UNFIT, UNREACHABLE, Client, Trouble, add_server_arguments, run, whole
from svg import BLUE, GREY, INK, PALE, RED, YELLOW, Svg

WIDTH = 1240
LEFT, RIGHT = 48, 1192
ROW = 34
# The table of grids: the widest bar, where the two scales begin, how long they are.
BARS, ON_TIME, SATISFIED, SCALE = 270, 510, 866, 220
# One page of a town is small; a log that moves on meanwhile is asked again.
TRIES = 5


class Year:
    """Everything the picture shows, of one position."""

    def __init__(self, client: Client, year: int):
        self.year = year
        for _ in range(TRIES):
            self.overview = client.get("/v1/dashboards/overview", **days(year)).json()
            self.grids = client.get("/v1/dashboards/grids", **days(year)).json()
            self.topics = client.get("/v1/dashboards/topics", **days(year)).json()
            self.months = [client.get("/v1/dashboards/overview", **days(year, month)).json() for month in range(1, 13)]
            positions = {number(part, "as_of_position")
                         for part in (self.overview, self.grids, self.topics, *self.months)}
            if len(positions) == 1:
                break
        else:
            raise Trouble(UNREACHABLE, "the log moves on too fast for one picture; ask again later")
        self.position = positions.pop()
        review = client.get(f"/v1/reviews/{year}/grids", as_of_position=self.position).json()
        self.rules = str(at(review, "rules"))
        self.root = str(at(review, "root"))
        self.reviews = {str(at(item, "grid", "id")): indicators(item) for item in at(review, "items")}


def days(year: int, month: int | None = None) -> dict:
    """The first and the last day of a year or of one of its months, as the questions of the API take them."""
    first = datetime.date(year, month or 1, 1)
    after = datetime.date(year + 1, 1, 1) if month in (None, 12) else datetime.date(year, month + 1, 1)
    return {"from": first.isoformat(), "to": (after - datetime.timedelta(days=1)).isoformat()}


def indicators(item) -> dict:
    """The indicators of one grid by their codes; those that are not available yet are left out."""
    return {str(at(one, "code")): one for one in at(item, "indicators") if one.get("available", True)}


def at(value, *path):
    """What stands at a place of an answer."""
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError) as error:
            raise Trouble(UNFIT, f"the answer has no {'/'.join(map(str, path))}: is the server older than this?") from error
    return value


def number(value, *path) -> int:
    """A count at a place of an answer."""
    found = at(value, *path)
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise Trouble(UNFIT, f"{'/'.join(map(str, path))} is no count: {found!r}")
    return found


def wilson(n: int, of: int) -> tuple[int, int] | None:
    """The bounds of the Wilson interval of 95 % in thousandths, by whole numbers; none of nothing."""
    if of == 0:
        return None
    inside = [p for p in range(1001) if 10_000 * (1000 * n - p * of) ** 2 <= 38_416 * of * p * (1000 - p)]
    return (inside[0], inside[-1])


def percent(n: int, of: int) -> str:
    """A rate for the eye; of nothing there is none."""
    return "—" if of == 0 else f"{100 * n / of:.1f}%"


def draw(year: Year) -> str:
    """The picture."""
    grids = at(year.grids, "items")
    table_end = 330 + ROW * len(grids)
    height = table_end + 460
    svg = Svg(WIDTH, height, f"{year.year} 年两代表联系服务年度图", description(year))
    svg.text(LEFT, 62, f"{year.year} 年“两代表”网格化联系服务", size=30, bold=True)
    svg.text(LEFT, 90, f"件件有答复，事事有回音 · 统计截至 {at(year.overview, 'as_of_date')}", size=15, colour=GREY)
    tiles(svg, year)
    headings(svg)
    largest = max([number(row, "issues", "raised") for row in grids] + [1])
    for index, row in enumerate(grids):
        grid_row(svg, 330 + ROW * index, row, year.reviews.get(str(at(row, "grid_id")), {}), largest, index % 2 == 0)
    axis(svg, ON_TIME, 300, table_end)
    axis(svg, SATISFIED, 300, table_end)
    topics(svg, year, table_end + 50)
    months(svg, year, table_end + 50)
    foot(svg, year, height - 58)
    return svg.document()


def description(year: Year) -> str:
    """What the picture says, for those who do not see it."""
    in_time, due = of_all_grids(year, "on_time")
    return (f"全镇接待 {number(year.overview, 'receptions')} 次，提出事项 {number(year.overview, 'issues', 'raised')} 件，"
            f"未办结 {number(year.overview, 'issues', 'open')} 件；应答复的 {due} 件中按期 {in_time} 件。"
            f"以下为 {len(at(year.grids, 'items'))} 个网格的事项数、按期答复率、满意率，以及主题和月份分布。")


def tiles(svg: Svg, year: Year) -> None:
    """The town in five figures."""
    issues, late = at(year.overview, "issues"), at(year.overview, "lateness")
    overdue = number(late, "overdue") + number(late, "long_overdue")
    in_time, due = of_all_grids(year, "on_time")
    good, responses = of_all_grids(year, "satisfaction")
    figures = [
        ("接待", f"{number(year.overview, 'receptions'):,}", "次"),
        ("提出事项", f"{number(issues, 'raised'):,}", "件"),
        ("未办结", f"{number(issues, 'open'):,}", f"件，其中逾期 {overdue:,} 件"),
        ("按期答复率", percent(in_time, due), f"{in_time:,} / {due:,} 件应答复"),
        ("满意率", percent(good, responses), f"{good:,} / {responses:,} 件评价"),
    ]
    width = (RIGHT - LEFT - 4 * 16) / 5
    for index, (name, value, unit) in enumerate(figures):
        x = LEFT + index * (width + 16)
        svg.box(x, 114, width, 104, PALE, radius=8)
        svg.text(x + 16, 140, name, size=14, colour=GREY)
        svg.text(x + 16, 178, value, size=32, bold=True)
        svg.text(x + 16, 204, unit, size=13, colour=GREY)


def of_all_grids(year: Year, code: str) -> tuple[int, int]:
    """An indicator's numerator and denominator, each summed over the grids."""
    found = [review[code] for review in year.reviews.values() if code in review]
    return (sum(number(one, "n") for one in found), sum(number(one, "of") for one in found))


def headings(svg: Svg) -> None:
    """What the columns of the table are, and what the colours mean."""
    for x, name in ((LEFT, "网格"), (150, "事项（件）"), (ON_TIME, "按期答复率"), (SATISFIED, "满意率（满意和基本满意）")):
        svg.text(x, 262, name, size=16, bold=True)
    x = 150
    for colour, name, pattern in ((BLUE, "已答复", False), (YELLOW, "办理中", False), (RED, "逾期", True), (GREY, "撤回", False)):
        svg.box(x, 276, 14, 12, colour, pattern=pattern)
        svg.text(x + 20, 287, name, size=13, colour=INK)
        x += 86


def axis(svg: Svg, x: float, top: float, bottom: float) -> None:
    """A scale from none to all."""
    for quarter in range(5):
        here = x + SCALE * quarter / 4
        svg.line(here, top, here, bottom - 4, "#c9ced4", 1 if quarter in (0, 4) else 0.6)
        svg.text(here, top - 6, f"{25 * quarter}%", size=11, colour=GREY, anchor="middle")


def grid_row(svg: Svg, y: float, row, review: dict, largest: int, shaded: bool) -> None:
    """One grid: a bar of its issues, two rates with their intervals."""
    if shaded:
        svg.box(LEFT - 12, y - 23, RIGHT - LEFT + 24, ROW, "#f6f8fa")
    svg.text(LEFT, y, str(at(row, "name")).removesuffix("网格"), size=15)
    issues, late = at(row, "issues"), at(row, "lateness")
    overdue = number(late, "overdue") + number(late, "long_overdue")
    parts = [
        (sum(number(issues, state) for state in ("answered", "closed", "referred")), BLUE, False),
        (number(issues, "open") - overdue, YELLOW, False),
        (overdue, RED, True),
        (number(issues, "withdrawn"), GREY, False),
    ]
    x = 150.0
    for count, colour, pattern in parts:
        width = BARS * count / largest
        if count:
            svg.box(x, y - 14, width, 18, colour, pattern=pattern)
        x += width
    svg.text(x + 8, y, f"{number(issues, 'raised'):,}", size=14, bold=True)
    on_time, satisfaction = review.get("on_time"), review.get("satisfaction")
    if on_time is not None:
        n, of = number(on_time, "n"), number(on_time, "of")
        rate(svg, ON_TIME, y, n, of, wilson(n, of), firm=of >= 10)
    if satisfaction is not None:
        bounds = satisfaction.get("wilson_95_permille")
        bounds = (number(bounds, 0), number(bounds, 1)) if bounds else None
        rate(svg, SATISFIED, y, number(satisfaction, "n"), number(satisfaction, "of"), bounds,
             firm=satisfaction.get("ranked", True) is True)


def rate(svg: Svg, x: float, y: float, n: int, of: int, bounds: tuple[int, int] | None, firm: bool) -> None:
    """A rate as a dot on its interval; hollow where it rests on too little."""
    if bounds is not None:
        low, high = (x + SCALE * bound / 1000 for bound in bounds)
        svg.line(low, y - 5, high, y - 5, BLUE, 5, opacity=0.35)
        svg.dot(x + SCALE * n / of, y - 5, 6, BLUE, hollow=not firm)
    svg.text(x + 232, y, percent(n, of), size=13)
    svg.text(x + 284, y, f"{n:,}/{of:,}", size=11, colour=GREY)


def topics(svg: Svg, year: Year, y: float) -> None:
    """What people came about."""
    svg.text(LEFT, y, "主题（件）", size=16, bold=True)
    rows = sorted(at(year.topics, "items"), key=lambda row: -number(row, "issues", "raised"))[:11]
    largest = max([number(row, "issues", "raised") for row in rows] + [1])
    for index, row in enumerate(rows):
        here = y + 30 + 25 * index
        count = number(row, "issues", "raised")
        svg.text(LEFT + 92, here, str(row.get("name", at(row, "topic"))), size=14, anchor="end")
        svg.box(LEFT + 102, here - 13, 330 * count / largest, 16, BLUE)
        svg.text(LEFT + 110 + 330 * count / largest, here, f"{count:,}", size=13)


def months(svg: Svg, year: Year, y: float) -> None:
    """When they came, by the day of the reception."""
    svg.text(640, y, "月份（件，按接待日期）", size=16, bold=True)
    counts = [number(month, "issues", "raised") for month in year.months]
    largest, floor = max(counts + [1]), y + 270
    for index, count in enumerate(counts):
        x, tall = 640 + index * 46, 205 * count / largest
        # What is still to come is not none.
        if days(year.year, index + 1)["from"] <= str(at(year.overview, "as_of_date")):
            svg.box(x, floor - tall, 32, tall, BLUE)
            svg.text(x + 16, floor - tall - 7, f"{count:,}", size=12, anchor="middle")
        svg.text(x + 16, floor + 20, f"{index + 1}月", size=12, colour=GREY, anchor="middle")
    svg.line(636, floor, 1184, floor, INK, 1)


def foot(svg: Svg, year: Year, y: float) -> None:
    """What the figures rest on."""
    svg.line(LEFT, y - 22, RIGHT, y - 22, "#c9ced4", 1)
    svg.text(LEFT, y, "横条为 95% 置信区间（Wilson）；空心点依据不足 10 件，不宜比较。沉默不算满意。网格按镇内顺序排列，不作排名。",
             size=13, colour=GREY)
    svg.text(LEFT, y + 22, f"日志位置 {year.position:,} · 根哈希 {year.root} · 规则 {year.rules} · "
                           f"/v1/dashboards/grids，/v1/reviews/{year.year}/grids", size=12, colour=GREY)


def save(path: Path, text: str) -> None:
    """The old picture or the new one, never half of it."""
    beside = path.with_name(path.name + ".new")
    try:
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, path)
    except OSError as error:
        raise Trouble(FILES, f"{path} cannot be written: {error}") from error


def job(options: argparse.Namespace) -> None:
    """Asks, draws, saves."""
    year = Year(Client(options.url, options.token_file, options.patience), options.year)
    path = options.out or Path(f"year-{options.year}.svg")
    save(path, draw(year))
    print(path)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    add_server_arguments(parser)
    parser.add_argument("--year", type=whole(1900, 9998), default=datetime.date.today().year,
                        metavar="YEAR", help="the year (%(default)s)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the picture goes (year-YEAR.svg)")
    options = parser.parse_args()
    return run(lambda: job(options))


if __name__ == "__main__":
    sys.exit(main())

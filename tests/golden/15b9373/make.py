#!/usr/bin/env python3
"""Makes the data directory of this place once more: see README.md. Needs the binary of the commit, faketime and GNU tar.

    python3 make.py HUIYIN OUT

HUIYIN is the old binary. OUT gets directory.tar.gz and answers.json. Ids, keys and texts' salts are drawn anew each time,
so the result is another log than the committed one, of the same kind.
"""

import atexit
import datetime
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

HUIYIN, OUT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
PORT = 18097
API = f"http://127.0.0.1:{PORT}"
ZONE = datetime.timezone(datetime.timedelta(hours=8))
# A Wednesday noon in the town, with no holiday near.
BEGIN = datetime.datetime(2026, 5, 20, 12, 0, tzinfo=ZONE)
PRELOAD = subprocess.run(["faketime", "now", "printenv", "LD_PRELOAD"], capture_output=True, text=True, check=True).stdout.strip()


def environment():
    """Under it a command is told that it is BEGIN when it starts. Not `faketime` itself: that hands no signal on."""
    at = BEGIN.astimezone(datetime.timezone.utc).strftime("@%Y-%m-%d %H:%M:%S")
    return dict(os.environ, TZ="UTC", LC_ALL="en_US.UTF-8", LD_PRELOAD=PRELOAD, FAKETIME=at, DONT_FAKE_MONOTONIC="1")


def huiyin(*command):
    """The command's line."""
    return [HUIYIN, *command, "--data", "data", "--keys", "keys"]


os.makedirs(OUT, exist_ok=True)
os.chdir(OUT)
for old in ["data", "keys"]:
    shutil.rmtree(old, ignore_errors=True)
subprocess.run(huiyin("simulate", "--years", "0.05", "--towns-worth", "0.1"), env=environment(), check=True)
TOKEN = open("data/admin.token").read().strip()
server = begun = None


def ask(method, path, body=None, key=None):
    media_type = "text/csv" if isinstance(body, str) else "application/json"
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": media_type}
    if key:
        headers["Idempotency-Key"] = key
    data = body if body is None or isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    data = data and data.encode()
    request = urllib.request.Request(API + urllib.request.quote(path, safe="/?=&:"), data, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            text = answer.read().decode()
            return json.loads(text) if "json" in answer.headers["Content-Type"] else text
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{method} {path} {body}: {error.code} {error.read().decode()}")


def get(path):
    return ask("GET", path)


def post(path, body, key=None):
    return ask("POST", path, body, key)


def serve():
    """Starts the server; from now on it is BEGIN and on."""
    global server, begun
    server = subprocess.Popen(huiyin("serve", "--listen", f"127.0.0.1:{PORT}"), env=environment())
    atexit.register(server.terminate)
    for _ in range(300):
        try:
            if get("/health/ready")["status"] == "ready":
                break
        except urllib.error.URLError:
            pass
        time.sleep(0.1)
    begun = time.monotonic()


def now(**ago):
    """The server's time, a little behind it, or so long ago."""
    passed = datetime.timedelta(seconds=time.monotonic() - begun)
    return (BEGIN + passed - datetime.timedelta(**ago)).isoformat(timespec="milliseconds")


def day(ahead):
    return (BEGIN.date() + datetime.timedelta(days=ahead)).isoformat()


serve()
grid = get("/v1/grids")["items"][0]["id"]
units = [unit["id"] for unit in get(f"/v1/units?grid_id={grid}")["items"]]
delegates = [delegate["id"] for delegate in get(f"/v1/delegates?grid_id={grid}")["items"]]


def reception(held_at, subjects):
    demands = [{"kind": "demand", "topic": "livelihood", "subject": s, "text": f"{s}，请尽快处理。"} for s in subjects]
    return {
        "grid_id": grid,
        "form": "walk_in",
        "held_at": held_at,
        "delegates": [{"delegate_id": delegates[0]}],
        "visitors": [{"name": "王小明", "phone": "13800001234"}],
        "issues": demands,
    }


def raises(subject, **ago):
    return post("/v1/receptions", reception(now(**ago), [subject]))["issues"][0]["id"]


def does(issue, fact, body):
    return post(f"/v1/issues/{issue}/{fact}", body)


def handles(major, fact, body):
    return post(f"/v1/major-issues/{major}/{fact}", body)


def answer(**more):
    # Nothing is answered before what led to it was recorded, and this script's time is a little behind the server's.
    time.sleep(3)
    evidence = {"kind": "visitor_confirmation"}
    body = {"outcome": "resolved", "channel": "oral", "text": "已现场解决。", "delivered_at": now(), "evidence": evidence}
    return {**body, **more}


def correction(version, pointer, value):
    return {"event_version": version, "pointer": pointer, "value": value, "reason": "登记时写错。"}


# A clock that stood still and ran again; one that still stands after the last day it may.
issue = raises("补充材料")
does(issue, "suspensions", {"reason_code": "visitor_facts", "reason": "等来访人补充材料", "until_on": day(10)})
does(issue, "resumptions", {"reason": "材料已补齐"})
stranded = raises("等鉴定结果")
does(stranded, "suspensions", {"reason_code": "visitor_facts", "reason": "等来访人补充材料", "until_on": day(6)})

# More time, refused; nobody at home three times; handed over; asked another office.
issue = raises("积水", days=3)
does(issue, "extensions", {"reason_code": "complex", "reason": "情况复杂", "new_due_on": day(12)})
does(issue, "extensions/decision", {"granted": False, "reason": "可以按时答复"})
for days in (3, 2, 1):
    ago = {"days": days, "minutes": -5}
    does(issue, "delivery-attempts", {"attempted_at": now(**ago), "channel": "in_person", "note": "家中无人。"})
recusal = {"to_delegate_id": delegates[1], "reason_code": "recusal", "reason": "与来访人是亲属"}
does(issue, "handovers", recusal)
office = post("/v1/offices", {"name": "房管所", "kind": "department"})["office"]["id"]
other_office = post("/v1/offices", {"name": "水务站", "kind": "department"})["office"]["id"]
does(issue, "input-requests", {"to_office_id": office, "text": "该处由谁维护？"})
does(issue, "inputs", {"text": "归物业管。"})

# Referred, withdrawn, merged and apart again, linked.
issue = raises("拆迁补偿诉讼")
does(issue, "referrals", {"statutory_channel": "court", "reason": "已在诉讼之中", "told_at": now()})
does(raises("井盖缺失"), "withdrawal", {"reason": "来访人已自行解决"})
issue, primary = raises("楼道灯不亮"), raises("楼道灯")
told = primary
does(issue, "merges", {"primary_issue_id": primary, "reason": "同一楼道的同一盏灯。"})
does(issue, "unmerges", {"reason": "不是同一盏灯。"})
does(issue, "links", {"issue_id": primary, "kind": "related"})

# A promise, kept; a reopening, refused; corrections, proposed, approved, refused.
issue = raises("道路维修", days=2)
does(issue, "answers", answer(outcome="planned", commitment_on=day(-1), delivered_at=now(days=2, minutes=-5)))
does(issue, "commitment-verifications", {"kept": True, "verified_on": day(0), "note": "现场查看。"})
issue = raises("噪声", days=1)
does(issue, "answers", answer(outcome="explained"))
does(issue, "corrections", correction(1, "/public/topic", "housing"))
does(issue, "corrections", correction(1, "/personal/0/subject", "夜间噪声"))
does(issue, "corrections", correction(2, "/public/outcome", "resolved"))
does(issue, "corrections/decision", {"event_version": 2, "approved": True})
does(issue, "corrections", correction(2, "/occurred_at", now(days=1, minutes=-10)))
does(issue, "corrections/decision", {"event_version": 2, "approved": False, "reason": "有签字为证。"})
does(issue, "reopenings", {"ground": "wrong_outcome", "reason": "结论不对"})
does(issue, "reopenings/decision", {"accepted": False, "reason": "结论有据"})
recorded = post("/v1/receptions", reception(now(days=5), ["晾晒", "垃圾"]))["reception"]["id"]
for approved in (False, True):
    post(f"/v1/receptions/{recorded}/corrections", correction(1, "/occurred_at", now(days=1)))
    decision = {"event_version": 1, "approved": approved, "reason": "与登记簿核对。"}
    post(f"/v1/receptions/{recorded}/corrections/decision", decision)

# The major-issue process, with every turn it may take.
escalation = {"level": "L2", "reason": "本级难以解决"}
issue = raises("停车难")
major = does(issue, "escalations", escalation)["major_issue"]["id"]
does(raises("停车也难"), "escalations", {**escalation, "major_issue_id": major})
handles(major, "triage", {"decision": "accept"})
handles(major, "deliberations", {"held_on": day(0), "decision": "提请镇级"})
handles(major, "level-changes", {"to": "L3", "reason": "网格无权决定"})
handles(major, "level-changes", {"to": "L2", "reason": "网格可以决定"})
handles(major, "assignments", {"lead_office_id": office, "support_office_ids": [other_office]})
handles(major, "refusals", {"reason": "不属职责"})
handles(major, "refusals/decision", {"upheld": True, "reason": "确属水务"})
handles(major, "deliberations", {"held_on": day(0), "decision": "改由水务站办理"})
handles(major, "assignments", {"lead_office_id": other_office})
handles(major, "acceptances", {})
report = {"outcome": "resolved", "basis": "停车管理规定", "text": "已划线。"}
handles(major, "reports", report)
handles(major, "verifications", {"confirmed": False, "by_office_id": office, "note": "线不清。"})
handles(major, "reports", report)
handles(major, "verifications", {"confirmed": True, "by_office_id": office})
handles(major, "conclusion", {"outcome": "resolved", "text": "已划线。"})
does(issue, "answers", answer())
issue = raises("小区围墙")
does(issue, "escalations", {**escalation, "level": "L3"})
does(issue, "escalation-returns", {"reason": "本级可以答复"})

# A calendar under which open dates move.
escalated = raises("公交加密")
does(escalated, "escalations", {**escalation, "level": "L4"})
due = get(f"/v1/issues/{escalated}")["answer_due_on"]
year = get(f"/v1/calendars/{due[:4]}")
year = {name: year[name] for name in ["source", "public_holidays", "make_up_days", "local_closures"] if name in year}
year["public_holidays"].append({"date": due, "name": "测试假日"})
post(f"/v1/calendars/{due[:4]}", year)
while get(f"/v1/issues/{escalated}")["answer_due_on"] == due:
    time.sleep(0.05)

# Names and texts that are refused or folded today: what was recorded stays recorded.
stranger = reception(now(), ["路灯"])
stranger["visitors"] = [{"name": "李\u202e四", "phone": "138\u202e0000"}]
post("/v1/receptions", stranger)
gone = {"name": "王\u00ad芳（女）", "delegate_type": "party", "grid_id": grid, "unit_id": units[0], "from": day(-10)}
gone = post("/v1/delegates", {**gone, "occurred_at": "0001-01-01T08:00:00+08:00"})["delegate"]["id"]
post(f"/v1/delegates/{gone}/assignments", {"grid_id": grid, "unit_id": units[1], "from": day(-5)})
post(f"/v1/delegates/{gone}/departures", {"reason_code": "term_end", "on": day(0)})

# A delegate that a roster finds in another unit.
moved = next(d for d in get(f"/v1/delegates?grid_id={grid}&limit=100")["items"] if d["assignments"][0].get("unit_id"))
elsewhere = next(unit["name"] for unit in get(f"/v1/units?grid_id={grid}")["items"] if unit["id"] != moved["assignments"][0].get("unit_id"))
named = get(f"/v1/grids/{grid}")["name"]
roster = f"grid,unit,name\n{named},{elsewhere},{moved['name']}\n"
post(f"/v1/roster-imports?delegate_type=party&source_date={day(-1)}", roster)

# A token that was taken back and one that was not, and a command that may be sent again.
lost = post("/v1/tokens", {"name": "甲", "roles": ["liaison"]})["token"]
post(f"/v1/tokens/{lost['id']}/revocation", {})
kept = post("/v1/tokens", {"name": "乙", "roles": ["liaison"]})
again = {"path": "/v1/offices", "key": "golden", "body": '{"name": "城管中队", "kind": "institution"}'}
again["answer"] = post(again["path"], json.loads(again["body"]), again["key"])

# Six weeks later: what was left to lie is late.
server.terminate()
server.wait()
BEGIN += datetime.timedelta(days=41)
serve()
does(escalated, "escalation-returns", {"reason": "本级可以答复"})
for late in [stranded, told]:
    does(late, "answers", answer())

# What this binary answers.
checkpoint = get("/log/checkpoint")
size = int(checkpoint.splitlines()[1])
events, after = [], 0
while after < size:
    events += get(f"/v1/events?limit=1000&after={after}")["items"]
    after = events[-1]["position"]


def all_of(path):
    """Every item of a list, page by page."""
    items, cursor = [], ""
    while cursor is not None:
        page = get(f"{path}?limit=100{cursor}")
        items += page["items"]
        cursor = f"&cursor={page['next']}" if page.get("next") else None
    return items


streams = [f"{path}/{each['id']}" for path in ["/v1/issues", "/v1/receptions", "/v1/major-issues"] for each in all_of(path)]
histories = {stream: get(f"{stream}/events?limit=1000")["items"] for stream in streams}
answers = {
    "checkpoint": checkpoint,
    "vkey": get("/log/vkey"),
    "types": sorted({event["type"] for event in events}),
    "histories": histories,
    "delegates": {delegate["id"]: delegate["name"] for delegate in all_of("/v1/delegates")},
    "kept_token": kept,
    "again": again,
}
with open("answers.json", "w") as file:
    json.dump(answers, file, ensure_ascii=False, indent=1)
server.terminate()
server.wait()
shutil.rmtree("data/sled")
os.remove("data/sled.flushed")
os.remove("data/journal/spare")
for leftover in os.listdir("data"):
    if leftover.startswith("read-models.sqlite"):
        os.remove(f"data/{leftover}")
subprocess.run(huiyin("doctor"), env=environment(), check=True)
subprocess.run(["tar", "--sort=name", "-cSf", "directory.tar", "data", "keys"], check=True)
subprocess.run(["gzip", "-9nf", "directory.tar"], check=True)
print(size, "leaves,", len(streams), "streams,", len(answers["types"]), "types")

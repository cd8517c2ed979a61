// Fetches the proof of the issue on this page, checks it against the slip that the address holds behind `#`, and says what each
// check means. What stands behind `#` is never sent anywhere. Texts are put in as text.

import { check, readSlip } from "./check.js";

const WORDS = {
  "zh-CN": {
    busy: "正在核对……",
    title: "在您的浏览器中核对",
    unread: "证明未能取得，请稍后再试。",
    bad_slip: "网址中 # 之后的内容不是回执上的内容，请重新扫描回执上的二维码。",
    no_slip: "扫描回执上的二维码打开本页，才能用回执核对。",
    all: "全部相符。",
    some: "已核对的各项相符；其余要用回执才能核对。",
    failed: "有不符之处。请保留回执，不要只听本页的说法：请到镇公开栏比对公钥和日志根，或请不属于运营方的人用独立工具核对。",
    marks: { true: "相符", false: "不符", null: "未核对" },
    checks: {
      leaf: ["登记的记录", "登记您这件事的那条记录，与您拿到回执时的一字不差。"],
      inclusion: ["在日志之中", "登记、答复和重办的各条记录都在日志里，没有被拿走或调换。"],
      signature: ["日志的签名", "日志现在的样子由本镇的密钥签名；公钥请与镇公开栏上的比对。"],
      consistency: ["只增不改", "自您拿到回执以来，日志只增加、没有改动。"],
    },
    limit: "本页由运营日志的一方提供，它不能证明运营者自己有错：若要追究，请用从别处取得的工具核对同一份回执。",
    key: "公钥",
  },
  en: {
    busy: "Checking …",
    title: "Checked in your own browser",
    unread: "The proof could not be fetched; please try again later.",
    bad_slip: "What follows # in the address is not what a slip says. Scan the code on your slip again.",
    no_slip: "To check against your slip, open this page by the QR code on it.",
    all: "Everything holds.",
    some: "What could be checked holds; the rest needs your slip.",
    failed:
      "Something does not hold. Keep your slip, and do not take this page's word for it: compare key and root with the town's notice board, or have it checked with a tool by somebody who does not belong to the operator.",
    marks: { true: "holds", false: "does not hold", null: "not checked" },
    checks: {
      leaf: ["The record", "The record of your issue is to the letter what it was when you got your slip."],
      inclusion: ["In the log", "The records of the issue, its answers and reopenings are in the log; none was taken out or exchanged."],
      signature: ["Signed", "The log as it is now is signed by the town's key. Compare the key with the one on the notice board."],
      consistency: ["Only added to", "Since you got your slip the log has only grown; nothing in it was changed."],
    },
    limit:
      "This page comes from those who operate the log, and cannot convict them: for that, check the same slip with a tool that you got elsewhere.",
    key: "Key",
  },
};

const main = document.querySelector("main");
const words = WORDS[document.documentElement.lang] ?? WORDS.en;

function element(name, content, className) {
  const made = document.createElement(name);
  if (content !== undefined) made.textContent = content;
  if (className !== undefined) made.className = className;
  return made;
}

/** Shows one line in the place of whatever was shown. */
function say(state, ...parts) {
  const section = document.querySelector("#proof");
  section.hidden = false;
  section.dataset.state = state;
  section.replaceChildren(element("h2", words.title), ...parts);
}

function row(name, held) {
  const [title, meaning] = words.checks[name];
  const line = element("li", undefined, `check ${held}`);
  line.dataset.check = name;
  line.append(element("strong", `${words.marks[held]} · ${title}`), element("span", meaning));
  return line;
}

async function run() {
  say("busy", element("p", words.busy));
  let slip;
  try {
    slip = readSlip(location.hash);
  } catch {
    say("failed", element("p", words.bad_slip, "verdict"), element("p", words.limit));
    return;
  }
  const query = slip === null ? "" : `?size=${slip.size}`;
  const answer = await fetch(`/v1/public/receipts/${main.dataset.code}/proof${query}`).catch(() => null);
  // A log that is smaller than the slip says was put back: that does not hold, whatever the reason.
  const smaller = answer !== null && answer.status === 400;
  if (!smaller && (answer === null || !answer.ok)) {
    say("unread", element("p", words.unread, "verdict"));
    return;
  }
  const proof = smaller ? {} : await answer.json();
  const checked = check(proof, slip, main.dataset.number);
  const held = Object.values(checked);
  const failed = held.includes(false);
  const list = element("ul");
  list.append(...Object.entries(checked).map(([name, one]) => row(name, one)));
  const verdict = failed ? words.failed : held.includes(null) ? words.some : words.all;
  const more = slip === null ? [element("p", words.no_slip)] : [];
  const key = proof.vkey === undefined ? [] : [element("p", `${words.key}: ${proof.vkey}`, "key")];
  say(failed ? "failed" : "held", list, element("p", verdict, "verdict"), ...more, element("p", words.limit), ...key);
}

for (const other of document.querySelectorAll("a[data-keeps-slip]")) {
  other.addEventListener("click", () => {
    other.hash = location.hash;
  });
}
addEventListener("hashchange", run);
run();

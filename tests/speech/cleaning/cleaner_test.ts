import { assert, assertEquals } from "@std/assert";
import { isSpeakable, TextCleaner } from "../../../src/speech/cleaning/cleaner.ts";
import { clean, cleanAll } from "./check.ts";

type Rows = readonly (readonly [piece: string, spoken: string])[];

function table(name: string, rows: Rows): void {
  Deno.test(`cleaning: ${name}`, () => {
    for (const [piece, spoken] of rows) assertEquals(clean(piece), spoken, JSON.stringify(piece));
  });
}

table("prose is left alone", [
  ["", ""],
  ["Hello, world!", "Hello, world!"],
  ["It's 5% (or $3.50/day); isn't it?", "It's 5% (or $3.50/day); isn't it?"],
  ["Grüße aus Köln, déjà vu.", "Grüße aus Köln, déjà vu."],
  ["你好，世界。Привет! नमस्ते", "你好，世界。Привет! नमस्ते"],
  ["3.14, 1,000 and 20°C", "3.14, 1,000 and 20°C"],
]);

table("emoji", [
  ["Hi 👋 there", "Hi there"],
  ["Great 🎉!", "Great!"],
  ["👍🏽👩‍💻 👨‍👩‍👧‍👦 ok", "ok"],
  ["🇩🇪 and 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "and"],
  ["1️⃣ one #️⃣ *️⃣", "one"],
  ["I ❤️ it ☀ ✅", "I it"],
  ["🙂‍↔️ 🏳️‍🌈 🏴‍☠️ no", "no"],
  ["Hi🙂there", "Hi there"],
  ["© 2024 Foo™ ®", "© 2024 Foo™ ®"],
  ["©️ and ™️", "© and ™"],
  ["# 1 * 2, F♯", "1 * 2, F♯"],
  ["A ↔ B → C", "A ↔ B → C"],
  ["half of one \ud83d", "half of one"],
  ["🎉", ""],
]);

table("URLs", [
  ["see https://www.example.com/a/b?x=1.", "see example.com."],
  ["http://localhost:3000/app", "localhost:3000"],
  ["www.example.org/path", "example.org"],
  ["(https://en.wikipedia.org/wiki/A_(b)).", "(en.wikipedia.org)."],
  ["**https://x.example**", "x.example"],
  ["https://user:pass@x.example/y", "x.example"],
  ["HTTPS://X.example#top, ok", "X.example, ok"],
  ["访问https://x.example/a。好", "访问x.example。好"],
  ["me.you@x.example", "me.you@x.example"],
  ["mailto:me@x.example", "me@x.example"],
  ["https://", "https://"],
  ["example.com/a_b_c", "example.com/a_b_c"],
  ["https://x.example/a_b_c/*d*/ and _e_", "x.example and e"],
]);

table("HTML", [
  ["<b>bold</b> and <i class='x'>it</i>", "bold and it"],
  ["one<br>two<br/>three", "one two three"],
  ["<p>a</p><p>b</p>", "a b"],
  ["H<sub>2</sub>O", "H2O"],
  ["a < b and c > d", "a < b and c > d"],
  ["x <y and z> w", "x <y and z> w"],
  ["<!-- gone -->stays", "stays"],
  ["<!-- cut comment", "cut comment"],
  ["its end --> text", "its end text"],
  ["<!DOCTYPE html><html>", ""],
  ['<speak>Hi <break time="1s"/>you</speak>', "Hi you"],
  ["<think>hm</think> yes", "hm yes"],
  ["replace <your-name> here", "replace your-name here"],
  ["List<String> x", "List String x"],
  ["<custom>in it</custom>", "in it"],
  ["<", ""],
]);

table("entities", [
  ["Tom &amp; Jerry", "Tom & Jerry"],
  ["&lt;b&gt; &quot;q&quot; &#39;s&#39; &#x27;", "<b> \"q\" 's' '"],
  ["a&nbsp;b&#160;c", "a b c"],
  ["&eacute;&Auml;&szlig; &alpha;&Omega; &euro;5", "éÄß αΩ €5"],
  ["wait&hellip; &ldquo;hi&rdquo;", 'wait... "hi"'],
  ["&copy; &trade; &times;", "© ™ ×"],
  ["&#42;no italic&#42;", "*no italic*"],
  ["&amp;lt;", "&lt;"],
  ["&unknown; AT&T; &", "&unknown; AT&T; &"],
  ["a&#0;b&#x200B;c&#xD800;&#9999999;", "a bc"],
]);

table("invisible characters", [
  ["a\u0000b\u0007c", "a b c"],
  ["a\u200bb\ufeffc\u00add\u2060e", "abcde"],
  ["\u202eabc\u202c \u2066d\u2069", "abc d"],
  ["\ud800a\udc00", "a"],
  ["\x1b[31mred\x1b[0m", "red"],
  ["a\u2028b\u0085c", "a b c"],
  ["\ue000icon", "icon"],
  ["\ufdd6a\ufdd6", "a"],
  ["zero\u200dwidth", "zerowidth"],
  ["می‌خواهم क्‍ष", "می‌خواهم क्‍ष"],
  ["  a \t\r\n b\u3000c  ", "a b c"],
]);

table("typography", [
  ["“Hi,” she said, ‘it’s me’", "\"Hi,\" she said, 'it's me'"],
  ["«Bonjour» „Tag“", '"Bonjour" "Tag"'],
  ["Well… no", "Well... no"],
  ["He came—finally—home", "He came, finally, home"],
  ["this – that", "this, that"],
  ["this -- that--those", "this, that, those"],
  ["pages 3–5, 1939—1945", "pages 3-5, 1939-1945"],
  ["New York–London", "New York-London"],
  ["−5 and –6", "-5 and -6"],
  ["— Hello", "Hello"],
  ["But—", "But"],
  ["Wait —! Yes.— No", "Wait! Yes. No"],
  ["non‑breaking\u00a0space", "non-breaking space"],
  ["A • B · C", "A, B, C"],
  ["col·lecció", "col·lecció"],
  ["run --help", "run --help"],
]);

table("nothing to say", [
  ["...", ""],
  ['"—"', ""],
  ["!?", ""],
  ["()", ""],
  [" \n\t ", ""],
  ["* * *\n---", ""],
  ["<br/>", ""],
  ["};", ""],
]);

Deno.test("each option turns its rule off", () => {
  const rows = [
    ["markdown", "# **a** [b](c) `d`", "# **a** [b](c) `d`"],
    ["markdown", "https://www.x.example/a_b", "x.example"],
    ["emoji", "hi 👩‍💻!", "hi 👩‍💻!"],
    ["urls", "at https://x.example/_a_b", "at https://x.example/_a_b"],
    ["html", "<b>a</b> &amp; <!-- c -->", "<b>a</b> &amp; <!-- c -->"],
    ["controlCharacters", "a\u0001b\u200bc", "a\u0001b\u200bc"],
    ["typography", "“a”—b… 3–5", "“a”—b… 3–5"],
  ] as const;
  for (const [option, piece, spoken] of rows) {
    assertEquals(clean(piece, { [option]: false }), spoken, option);
  }
});

Deno.test("with all rules off only white space is touched", () => {
  const off = {
    markdown: false,
    emoji: false,
    urls: false,
    html: false,
    controlCharacters: false,
    typography: false,
  };
  assertEquals(clean(" **a** \n <b>🎉</b> ", off), "**a** <b>🎉</b>");
});

Deno.test("an option set to true is the default", () => {
  assertEquals(clean("**a** 🎉", { markdown: true }), "a");
});

Deno.test("a code block spans pieces, and mark-up is mark-up again behind it", () => {
  assertEquals(cleanAll(["```sh", "rm *.a *.b", "# b_c_", "```", "**d**"]), [
    "",
    "rm *.a *.b",
    "# b_c_",
    "",
    "d",
  ]);
});

Deno.test("a shorter fence or the other one does not close a code block", () => {
  assertEquals(cleanAll(["````", "```", "~~~", "*a*", "````", "*a*"]), [
    "",
    "",
    "",
    "*a*",
    "",
    "a",
  ]);
});

Deno.test("a table without bars at its edges is known by its separator row", () => {
  assertEquals(cleanAll(["a | b", "--- | ---", "c | d", "no row", "e | f"]), [
    "a | b",
    "",
    "c, d",
    "no row",
    "e | f",
  ]);
});

Deno.test("italics that were opened in an earlier piece are closed in a later one", () => {
  assertEquals(cleanAll(["*One.", "Two.", "Three* four.", "Five* six."]), [
    "One.",
    "Two.",
    "Three four.",
    "Five* six.",
  ]);
});

Deno.test("bold, links and code that span pieces leave no marks", () => {
  assertEquals(
    cleanAll(["**One.", "Two** three.", "[Four.", "Five](https://x.example) `six.", "seven`."]),
    ["One.", "Two three.", "Four.", "Five six.", "seven."],
  );
});

Deno.test("code that was opened in an earlier piece is closed by the first mark of a later one", () => {
  assertEquals(cleanAll(["`a b", "c_d_` and `e` or _f_"]), ["a b", "c_d_ and e or f"]);
  assertEquals(cleanAll(["`a", "b", "_c_` `_d_`"]), ["a", "b", "_c_ _d_"]);
  assertEquals(cleanAll(["stray `a", "`_b_` _c_"]), ["stray a", "_b_ c"]);
});

Deno.test("the rest of a URL that was cut for its length is not spoken", () => {
  const long = `https://x.example/${"a".repeat(80)}`;
  assertEquals(cleanAll([`[t](${long}`, "bbb/ccc?d=e) then"]), ["t", "then"]);
  assertEquals(cleanAll([`see ${long}`, "bbb?d=e&f=g, then"]), ["see x.example", ", then"]);
  assertEquals(cleanAll([`see ${long}`, "b".repeat(150), "b=c now"]), ["see x.example", "", "now"]);
});

Deno.test("words behind a long URL that was not cut are spoken", () => {
  const long = `https://x.example/${"a".repeat(80)}`;
  assertEquals(cleanAll([`see ${long}`, "And/or this_one."]), [
    "see x.example",
    "And/or this_one.",
  ]);
  assertEquals(cleanAll([`[t](${long}`, "Then this."]), ["t", "Then this."]);
});

Deno.test("an utterance's state is its own", () => {
  new TextCleaner().clean("```");
  assertEquals(clean("*a*"), "a");
});

Deno.test("the map leads from what is spoken to where it stands in the piece", () => {
  const piece = " see **the [docs](https://x.example)** &amp; https://www.y.example/z… ok";
  const { text, source } = new TextCleaner().clean(piece);
  assertEquals(text, "see the docs & y.example... ok");
  const at = (spoken: string) => source[text.indexOf(spoken)];
  assertEquals(at("see"), piece.indexOf("see"));
  assertEquals(at("docs"), piece.indexOf("docs"));
  assertEquals(at("&"), piece.indexOf("&amp;"));
  assertEquals(at("y.example"), piece.indexOf("y.example"));
  assertEquals(
    [...source.slice(text.indexOf("...")).slice(0, 3)],
    Array(3).fill(piece.indexOf("…")),
  );
  assertEquals(at("ok"), piece.indexOf("ok"));
});

Deno.test("the map of prose counts from the white space before it", () => {
  assertEquals([...new TextCleaner().clean("\n Hi! ").source], [2, 3, 4]);
});

Deno.test("what an engine reads is speakable", () => {
  for (const text of ["a", "5", "½", "é", "你", "%", "$", "€", "&", "@", "+", "=", "°", "©", "#"]) {
    assert(isSpeakable(text), text);
  }
});

Deno.test("what is silent is not speakable", () => {
  for (
    const text of ["", " ", "...", "-", "—", "*", "_", "~", "|", "<>", "()[]{}", "\"'`", "!?", "🎉"]
  ) {
    assert(!isSpeakable(text), text);
  }
});

import { assertEquals } from "@std/assert";
import { clean } from "./check.ts";

type Rows = readonly (readonly [piece: string, spoken: string])[];

function table(name: string, rows: Rows): void {
  Deno.test(`cleaning of Markdown: ${name}`, () => {
    for (const [piece, spoken] of rows) assertEquals(clean(piece), spoken, JSON.stringify(piece));
  });
}

table("emphasis", [
  ["a **bold** word", "a bold word"],
  ["an *italic* word", "an italic word"],
  ["a __bold__ word", "a bold word"],
  ["an _italic_ word", "an italic word"],
  ["***both*** and ~~gone~~", "both and gone"],
  ["**bold with *italic* inside**", "bold with italic inside"],
  ["***bold** and italic*", "bold and italic"],
  ["un**believ**able", "unbelievable"],
  ["the **2**nd of **3**", "the 2nd of 3"],
  ["**Note:**careful", "Note:careful"],
  ['"*quoted*", (*in brackets*)', '"quoted", (in brackets)'],
  ["这是**重点**和*强调*的", "这是重点和强调的"],
  ["**「重点」**です", "「重点」です"],
  ["the **🎉 party** is on", "the party is on"],
  ["_a_, _b_ and __c__.", "a, b and c."],
]);

table("what only looks like emphasis", [
  ["snake_case_name and a__b", "snake_case_name and a__b"],
  ["2 * 3 = 6 and 2*3*4", "2 * 3 = 6 and 2*3*4"],
  ["x**2 + y**2 = z**2", "x**2 + y**2 = z**2"],
  ["2 ** 10", "2 ** 10"],
  ["use * as a wildcard", "use * as a wildcard"],
  ["delete *.txt", "delete *.txt"],
  ["the price* is low", "the price* is low"],
  ["about ~5 to ~6", "about ~5 to ~6"],
  ["a _ b", "a _ b"],
]);

table("emphasis that is cut", [
  ["**Bold sentence one.", "Bold sentence one."],
  ["sentence two** goes on", "sentence two goes on"],
  ["*This is it.", "This is it."],
  ["__Really?", "Really?"],
  ["so it is__", "so it is"],
  ["~~Not this.", "Not this."],
  ["nor that~~ but this", "nor that but this"],
  ["**", ""],
  ["** loose", "loose"],
  ["Fill in ____ here", "Fill in here"],
]);

table("headings", [
  ["# Title", "Title"],
  ["###### Small title", "Small title"],
  ["## Closed ##", "Closed"],
  ["# Intro to C#", "Intro to C#"],
  ["#hashtag stays", "#hashtag stays"],
  ["# Title\nText follows", "Title. Text follows"],
  ["# **Title**\nText follows", "Title. Text follows"],
  ["# Really?\nYes", "Really? Yes"],
  ["Title\n=====\nText", "Title. Text"],
  ["Title\n---\nText", "Title. Text"],
  ["## 🎉 News", "News"],
  ["#", ""],
]);

table("links and images", [
  ["see [the docs](https://a.example/b_c) now", "see the docs now"],
  ['[a](https://x.example "title") [b](<https://x.example/a b>)', "a b"],
  ["[wiki](https://x.example/A_(b)) end", "wiki end"],
  ["![a cat](cat.png) sits", "a cat sits"],
  ["[![badge](b.svg)](https://x.example) ok", "badge ok"],
  ["[**bold** link](u)", "bold link"],
  ["[full][ref] and [collapsed][]", "full and collapsed"],
  ["[ref]: https://x.example/page", ""],
  ['[ref]: <https://x.example> "Title"', ""],
  ["[Note]: remember", "[Note]: remember"],
  ["<https://www.x.example/a>", "x.example"],
  ["<me@x.example> wrote", "me@x.example wrote"],
  ["a[0] = b[i][j], so [1][2]", "a[0] = b[i][j], so [1][2]"],
  ["[sic] (see below)", "[sic] (see below)"],
  ["[https://x.example/a](https://x.example/a)", "x.example"],
]);

table("links that are cut", [
  ["see [Is it?", "see Is it?"],
  ["Yes](https://x.example/y) it is", "Yes it is"],
  ["![alt text. More", "alt text. More"],
  ["[text](https://x.example/path", "text"],
  ["[[[", ""],
]);

table("footnotes", [
  ["It is so.[^1]", "It is so."],
  ["It is[^note] so", "It is so"],
  ["[^1]: The note itself.", "The note itself."],
]);

table("inline code and escapes", [
  ["run `npm install` now", "run npm install now"],
  ["`a_b * c_d * e`", "a_b * c_d * e"],
  ["``a ` b``", "a ` b"],
  ["`<b>` and `&amp;`", "<b> and &amp;"],
  ["`cut here.", "cut here."],
  ["cut` there", "cut there"],
  ["don`t", "don't"],
  ["\\*not italic\\* and 1\\. no list", "*not italic* and 1. no list"],
  ["\\# no heading", "# no heading"],
  ["a \\_b\\_ \\[c\\](d)", "a _b_ [c](d)"],
  ["C:\\Users\\me", "C:\\Users\\me"],
  ["`https://www.x.example/a-b`", "x.example"],
]);

table("code blocks", [
  ["```python", ""],
  ["```", ""],
  ["~~~", ""],
  ['```js title="a.js"', ""],
  ["```\nlet a = b * c * d;\n```", "let a = b * c * d;"],
  ["```python\n# comment\nx_y = a[0]\n```\nthen **b**", "# comment x_y = a[0] then b"],
  ["~~~\n- a\n~~~", "- a"],
  ["``` these are words", "these are words"],
]);

table("lists, quotes and rules", [
  ["- one", "one"],
  ["* two", "two"],
  ["+ three", "three"],
  ["• four", "four"],
  ["1. first", "1. first"],
  ["2) second", "2) second"],
  ["  - nested", "nested"],
  ["- a\n- b.\n- c", "a, b. c"],
  ["1. a\n2. b", "1. a, 2. b"],
  ["Buy\n- milk", "Buy, milk"],
  ["- [ ] open\n- [x] done", "open, done"],
  ["1. [X] ticked", "1. ticked"],
  ["> quoted\n> text", "quoted text"],
  ["> - # all three", "all three"],
  ["-5 degrees", "-5 degrees"],
  ["- **Item**: text", "Item: text"],
  ["above\n\n***\n\nbelow", "above. below"],
  ["---", ""],
  ["* * *", ""],
  ["___", ""],
]);

table("tables", [
  ["| a | b |", "a, b"],
  ["|a|b|", "a, b"],
  ["|---|:--:|", ""],
  ["--- | ---", ""],
  ["| a | b |\n|---|---|\n| 1 | 2 |", "a, b, 1, 2"],
  ["| | b | | d |", "b, d"],
  ["| Really? | yes |", "Really? yes"],
  ["| `a|b` | c \\| d |", "a|b, c | d"],
  ["| cut row", "cut row"],
  ["+---+---+", ""],
  ["|x| < 3", "|x| < 3"],
  ["this | that", "this | that"],
]);

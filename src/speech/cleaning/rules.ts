/**
 * All cleaning rules, in the order in which they run. A new rule is one entry.
 *
 * The order matters: what makes text literal comes before what looks for mark-up, lines before
 * what is inside them, links (whose targets go) before URLs (of which the host stays), URLs before
 * emphasis (an `_` in them is no mark-up), and emoji after the mark-up they may stand in.
 *
 * @module
 */

import { stripBlocks } from "./blocks.ts";
import { stripCodeSpans } from "./code_spans.ts";
import { removeEmoji } from "./emoji.ts";
import { removeRestOfUrl } from "./cut_urls.ts";
import { stripEmphasis } from "./emphasis.ts";
import { decodeEntities } from "./entities.ts";
import { stripFences } from "./fences.ts";
import { stripComments, stripTags } from "./html.ts";
import { removeInvisible, removeStrayJoiners } from "./invisible.ts";
import { stripAutolinks, stripLinks } from "./links.ts";
import { removeStandIns, restoreLiterals } from "./literal.ts";
import type { Rule } from "./rule.ts";
import { plainTypography } from "./typography.ts";
import { protectUrls, shortenUrls } from "./urls.ts";
import { collapseSpace } from "./white_space.ts";

const NONCHARACTER = /[\uFDD0-\uFDEF]/;
const NOT_ASCII = /\P{ASCII}/u;
const URL_LIKE = /:\/\/|www\.|mailto:/i;

/** The rules, first to last. */
export const RULES: readonly Rule[] = [
  { name: "stand-ins", trigger: NONCHARACTER, apply: removeStandIns },
  { name: "rest of a cut URL", trigger: /\S/, apply: removeRestOfUrl },
  {
    name: "invisible characters",
    option: "controlCharacters",
    trigger: /[^\x20-\x7e\n]/,
    apply: removeInvisible,
  },
  { name: "fences", option: "markdown", trigger: /[^\p{L}\p{N}\s]/u, apply: stripFences },
  { name: "code spans and escapes", option: "markdown", trigger: /[`\\]/, apply: stripCodeSpans },
  { name: "comments", option: "html", trigger: /<[!?]|-->/, apply: stripComments },
  { name: "blocks", option: "markdown", trigger: /[^\p{L}\p{N} ]/u, apply: stripBlocks },
  { name: "autolinks", option: "markdown", trigger: /</, apply: stripAutolinks },
  { name: "tags", option: "html", trigger: /<\/?[A-Za-z]/, apply: stripTags },
  { name: "links", option: "markdown", trigger: /[[\]]/, apply: stripLinks },
  { name: "URLs", option: "urls", trigger: URL_LIKE, apply: shortenUrls },
  { name: "URLs as text", option: "markdown", trigger: URL_LIKE, apply: protectUrls },
  { name: "emphasis", option: "markdown", trigger: /[*_]|~~/, apply: stripEmphasis },
  { name: "entities", option: "html", trigger: /&[#A-Za-z]/, apply: decodeEntities },
  { name: "emoji", option: "emoji", trigger: NOT_ASCII, apply: removeEmoji },
  {
    name: "joiners",
    option: "controlCharacters",
    trigger: /[\u200C\u200D]/,
    apply: removeStrayJoiners,
  },
  {
    name: "typography",
    option: "typography",
    trigger: /[\u00AB\u00B7\u00BB\u2010-\u203A\u2212]|--/,
    apply: plainTypography,
  },
  { name: "literals", trigger: NONCHARACTER, apply: restoreLiterals },
  { name: "white space", trigger: /\s/, apply: collapseSpace },
];

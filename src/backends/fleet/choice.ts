/**
 * Which member is given a sentence.
 *
 * @module
 */

import type { Link } from "./link.ts";

/** What a sentence needs. */
export interface Need {
  /** Voice id. */
  readonly voice: string;
  /** Members that failed this sentence: used only if no other could. */
  readonly failed: ReadonlySet<Link>;
}

/**
 * The member with the fewest syntheses among those that have room; ties go to the one that was
 * chosen longest ago. Undefined if the sentence has to wait.
 */
export function chooseMember(links: Iterable<Link>, need: Need): Link | undefined {
  const candidates = candidatesFor(links, need);
  let best: Link | undefined;
  for (const link of candidates) {
    if (link.load.hasRoom && (best === undefined || isBefore(link, best))) best = link;
  }
  return best;
}

/** Whether a member that has not failed the sentence could take it, now or when it has room. */
export function hasOther(links: Iterable<Link>, need: Need): boolean {
  for (const link of links) if (canSpeak(link, need) && !need.failed.has(link)) return true;
  return false;
}

/** Whether any member could take the sentence, now or when it has room. */
export function hasAny(links: Iterable<Link>, need: Need): boolean {
  for (const link of links) if (canSpeak(link, need)) return true;
  return false;
}

/** Those that have not failed it; if there is none, those that have. */
function candidatesFor(links: Iterable<Link>, need: Need): Link[] {
  const able = [...links].filter((link) => canSpeak(link, need));
  const others = able.filter((link) => !need.failed.has(link));
  return others.length > 0 ? others : able;
}

function canSpeak(link: Link, { voice }: Need): boolean {
  return link.isUsable && link.hasVoice(voice);
}

function isBefore(a: Link, b: Link): boolean {
  const difference = a.load.outstanding - b.load.outstanding;
  return difference < 0 || (difference === 0 && a.chosenAt < b.chosenAt);
}

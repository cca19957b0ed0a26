/**
 * English to cut for time: what a voice agent says, in an order that does not repeat.
 *
 * @module
 */

import { randomOf } from "./scheduler_mix.ts";

const SENTENCES = [
  "I have looked into it, and there are three ways to go on.",
  "The first train leaves at 7:45 a.m. from platform four.",
  "It costs $23.50, which is a little more than last year.",
  "Dr. Miller is out of the office until Monday.",
  "Would you like me to book a table for two?",
  "That is a good question!",
  "In 1987, when the storm took three boats, the light had been out for twenty minutes.",
  'He said, "I will be there by noon," and he was.',
  "Your order was sent on March 5, and it should be with you in two or three days.",
  "Most of our guests take the bus, e.g. the number 12, because parking is hard to find.",
  "Okay.",
  "You can reach us at help@example.com or on our website, www.example.com.",
  "The museum (the old one, near the bridge) opens at ten and closes at six.",
  "If you turn left at the corner of Main St. and Fifth Avenue, you will see it.",
  "However, it takes about 3.5 hours to get there by car.",
  "Some people say that it is the best in the U.S., and others do not agree.",
  "I can call you back later, or we can do it right now; it is up to you.",
  "So what happened then?",
  "They walked along the river for a long time without saying a word, and then they went home.",
  "Please keep the receipt, you will need it if you want to return the shoes.",
  "There are many kinds of tea: green, black, white and a few more.",
  "It was quiet... then somebody laughed.",
  "The weather tomorrow will be mild, with some clouds in the afternoon and a light wind.",
  "Let me check that for you.",
];

/** Replies of so many characters, or a little more; the same ones for the same seed. */
export function repliesOf(options: {
  readonly count: number;
  readonly characters: number;
  readonly seed: number;
}): string[] {
  const random = randomOf(options.seed);
  const next = () => SENTENCES[Math.floor(random() * SENTENCES.length)]!;
  return Array.from({ length: options.count }, () => {
    let reply = next();
    while (reply.length < options.characters) reply += (random() < 0.15 ? "\n\n" : " ") + next();
    return reply;
  });
}

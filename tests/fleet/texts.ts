/** How fast all is spoken: less time for the test, and less work for the engine. */
export const SPEED = 2;

const SENTENCES = [
  "The harbour lay quiet under a thin grey sky.",
  "A boy counted the boats again.",
  "Nobody had seen the old ferry since the storm, although the lamp at the end of the pier was lit every evening, and somebody kept the glass so clean that ships far out could tell it from a star.",
  "Nine of them were home.",
  "His grandmother said that the tenth would come.",
  "He went inside and closed the door behind him.",
  "The kitchen smelled of onions and smoke.",
  "Later that night a bell rang twice.",
];

/** A few sentences of one story, from the one with that number on; it begins again at its end. */
export function textFrom(number: number, count = 2): string {
  const sentences = Array.from(
    { length: count },
    (_, index) => SENTENCES[(number + index) % SENTENCES.length],
  );
  return sentences.join(" ");
}

/** One sentence that the engine speaks in several pieces, so that it can be cut off within. */
export function longSentence(number: number): string {
  const things = Array.from(
    { length: 6 },
    (_, index) => `the keeper of light ${number + index} wrote down what the sea had brought him`,
  );
  return `${things.join(", and ")}.`;
}

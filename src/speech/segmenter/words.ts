/**
 * Words that decide what the stop before them was.
 *
 * @module
 */

import { isLetter } from "./characters.ts";

/** A fixed set of words that answers from as few of a word's first letters as possible. */
export class WordSet {
  readonly #words: ReadonlySet<string>;
  readonly #beginnings: ReadonlySet<string>;

  /** @param words Between white space; "Don'" stands for "Don't" and not for "Don". */
  constructor(words: string) {
    const list = words.trim().split(/\s+/);
    this.#words = new Set(list);
    const beginnings = new Set<string>();
    for (const word of list) {
      for (let length = 1; length <= word.length; length++) beginnings.add(word.slice(0, length));
    }
    this.#beginnings = beginnings;
  }

  /**
   * Whether the word that begins at `from` is in the set; undefined where the text up to `end`
   * may still become one of its words.
   */
  matches(text: string, from: number, end: number, final: boolean): boolean | undefined {
    let to = from;
    while (to < end && isLetter(text.charCodeAt(to))) {
      to++;
      if (!this.#beginnings.has(text.slice(from, to))) return false;
    }
    if (to === end && !final) return undefined;
    const word = text.slice(from, to);
    const contracted = to < end && "'’".includes(text.charAt(to)) && this.#words.has(`${word}'`);
    return contracted || this.#words.has(word);
  }
}

/** Words that begin sentences and hardly ever a name: they part "the U.S. How" from "U.S. Army". */
export const SENTENCE_STARTERS = new WordSet(`
  A After Again Although Also And Another Are As At Because Before Both But By Can Could
  Despite Did Do Does During Each Even Every Finally First For From Had Has Have He Hence Her
  Here His How However I If In Instead Is It Its Later Let Many Maybe Meanwhile Millions Most My
  Nevertheless No Not Nothing Now Of On Once One Only Or Other Our Over Perhaps Please She Should
  Since So Some Soon Still Such Sure Thanks That The Their Then There Therefore These They This
  Those Though Through Thus To Today Tomorrow Under Unlike Until Was We Were What When Where
  Whether Which While Who Why With Without Would Yes Yesterday Yet You Your Thousands Hundreds
  Dozens Several Two Three
  Aren' Can' Couldn' Didn' Doesn' Don' Hasn' Haven' Isn' It' Let' Shouldn' That' Wasn' Won' Wouldn'
  Aber Alle Als Auch Auf Das Dann Dabei Dafür Damit Daher Danach Dann Dass Dem Den Denn Der Des
  Deshalb Die Dies Diese Dieser Dieses Doch Du Ein Eine Einer Er Es Heute Hier Ich Ihr Im Ist
  Jetzt Kann Man Mit Nach Nun Nur Ob Oder Sein Seine Seit Sie Sind So Und Unsere Von Vor War Warum
  Was Weil Wenn Wer Wie Wir Wo Zu Zum Zur
  Après Au Aussi Avec Ce Ces Cet Cette Comme Dans Des Donc Elle Elles En Est Et Il Ils Je Les
  Leur Lors Lorsque Mais Mon Nous Notre On Ou Où Par Pour Pourquoi Puis Quand Que Quel Quelle Qui
  Sa Selon Ses Si Son Sur Tous Tout Tu Un Une Vous
  Al Así Aunque Cada Como Cómo Con Cuando Cuándo De Desde Después Ella Ellas Ellos En Entonces
  Era Es Esa Ese Eso Esta Está Este Esto Fue Ha Hace Hay Hoy La Las Lo Los Me Mi Muy Nada Ni
  Nosotros Pero Por Porque Qué Quién Se Según Si Sin Su Sus También Tiene Todos Una Usted Y Ya Yo
  Anche Che Chi Cosa Dopo E È Gli Ho Il Io Ma Nel Nella Non Noi Per Perché Poi Quando Quello
  Questa Questo Sono Uno
  Ainda Ao As Até Da Do Dos Depois Ela Ele Eles Eu Foi Isso Mas Na Nas No Não Nós Os Quem São Se
  Tem Um Uma Você
  Dan Dat De Deze Die Dit Dus Een En Er Het Hij Hoe Ik Maar Met Niet Nu Ook Om Op Toen Uit Van
  Voor Waar Waarom Wat We Wij Ze Zij Zo
  Det Hvad Hvor Jeg Men Och Han Hon Vi
`);

/** What follows the stop of an ordinal in German: months, and the nouns that are counted. */
export const ORDINAL_NOUNS = new WordSet(`
  Januar Jänner Februar Feber März April Mai Juni Juli August September Oktober November Dezember
  Jan Feb Mär Apr Jun Jul Aug Sep Sept Okt Nov Dez
  Jahrhundert Jahrhunderts Jahrhunderte Jh Jhd Jahrestag Geburtstag Hochzeitstag Lebensjahr
  Weltkrieg Weltkriegs Weltkrieges Klasse Stock Stockwerk Etage Obergeschoss Platz Rang Mal Tag
  Tages Woche Monat Monats Quartal Halbjahr Semester Schuljahr Auflage Ausgabe Band Kapitel
  Abschnitt Absatz Artikel Teil Akt Szene Satz Spieltag Runde Liga Bundesliga Minute Stunde Etappe
  Staffel Folge Folgen Generation Grad Grades Sitzung Wahlgang Bezirk Armee Division Advent
  Internationale Internationaler Deutsche Deutscher
`);

/** What follows a time of day and belongs to it. */
export const TIME_COMPANIONS = new WordSet(`
  EST EDT ET CST CDT CT MST MDT MT PST PDT PT GMT UTC BST CET CEST IST JST AEST AEDT
  Eastern Central Mountain Pacific Greenwich
  Monday Tuesday Wednesday Thursday Friday Saturday Sunday
  Mon Tue Tues Wed Thu Thurs Fri Sat Sun
  January February March April May June July August September October November December
`);

/** What follows "Co." or "Inc." and belongs to it. */
export const LEGAL_FORMS = new WordSet("KG KGaA OHG Inc Ltd LLC LLP Limited Corp GmbH Kg");

/** Titles that may begin a sentence which is glued to the one before it. */
export const TITLES = new WordSet("Mr Mrs Ms Dr Prof");

/** Names that are written with an exclamation mark. */
export const EXCLAIMED_NAMES: ReadonlySet<string> = new Set([
  "Yahoo",
  "Jeopardy",
  "Yum",
  "Oliver",
  "Westward Ho",
  "Joomla",
]);

/**
 * Keys: Space speaks, Escape interrupts, Ctrl + Enter speaks out of the text box.
 *
 * @module
 */

/** Elements that have a use for Space themselves. */
const INTERACTIVE = "a, button, select, textarea, input:not([type=range])";

/** What the keys do. */
export interface Actions {
  readonly speak: () => void;
  readonly interrupt: () => void;
}

/** Listens to keys, wherever the focus is. */
export function listenToKeys({ speak, interrupt }: Actions): void {
  document.addEventListener("keydown", (event) => {
    if (event.repeat) return;
    if (event.key === "Escape") return interrupt();
    const isInteractive = event.target instanceof Element && event.target.closest(INTERACTIVE);
    const isSpace = event.key === " " && !isInteractive;
    const isEnter = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (!isSpace && !isEnter) return;
    event.preventDefault();
    speak();
  });
}

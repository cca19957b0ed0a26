/**
 * Finding and making elements.
 *
 * @module
 */

/** The element of the page with that id. */
export function byId<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`there is no ${kind.name} with the id ${id}`);
}

/** What an element is made with. */
export interface ElementOptions {
  readonly text?: string;
  readonly className?: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** A new element. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { text, className, data }: ElementOptions = {},
  ...children: readonly Node[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className !== undefined) made.className = className;
  Object.assign(made.dataset, data);
  made.append(...children);
  return made;
}

/** Shows a range's value beside it, now and whenever it changes. Returns the value now. */
export function showValue(
  range: HTMLInputElement,
  format: (value: number) => string,
  onChange: (value: number) => void = () => {},
): void {
  const output = byId(`${range.id}-value`, HTMLOutputElement);
  const show = () => void (output.value = format(range.valueAsNumber));
  range.addEventListener("input", () => {
    show();
    onChange(range.valueAsNumber);
  });
  show();
}

/** A button that is there but does nothing keeps the keyboard's focus. */
export function setEnabled(button: HTMLButtonElement, isEnabled: boolean): void {
  button.setAttribute("aria-disabled", String(!isEnabled));
}

/** `12 ms`, `0.4 ms`, or a dash for what is not known; without a place to break the line. */
export function formatMs(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return "–";
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)}\u00a0s`;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)}\u00a0ms`;
}

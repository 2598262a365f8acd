// Rows of a table that are chosen together: one tick each, and one in the head for all of them.
import { make } from "./dom.js";
import { say } from "./words.js";

const tick = (words, value, checked, deed) => make("input", { type: "checkbox", class: "choose", "aria-label": words, value, checked, onchange: deed });

export const boxes = (place) => [...place.querySelectorAll("tbody input.choose")];
export const chosen = (place) => boxes(place).filter((one) => one.checked).map((one) => one.value);

export const oneBox = (receipt, checked = false) => tick(say("chooseOne", { receipt }), receipt, checked);
export const allBox = () => tick(say("chooseAll"), "", false, ({ target }) => {
	for (const one of boxes(target.closest("table"))) one.checked = target.checked;
	target.closest("table").dispatchEvent(new Event("change", { bubbles: true }));
});

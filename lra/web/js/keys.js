// Keys of the counter. None acts while an input method composes or while something is being typed; single letters can be turned
// off (WCAG 2.1.4).
import { make, show } from "./dom.js";
import { say } from "./words.js";

let frame = [], page = []; // [letter, word, deed]: of every page; of the one that is open
export const keysOfFrame = (keys) => { frame = keys; };
export const keysOfPage = (keys) => { page = keys; };
const all = () => [...page, ...frame, ["?", "key.map", map]];

const areOff = () => localStorage.getItem("keys") === "off";
const turn = (off) => (off ? localStorage.setItem("keys", "off") : localStorage.removeItem("keys"));

// Along what a page lists: elements with data-step.
export function step(by) {
	const stops = [...document.querySelectorAll("main [data-step]")];
	const at = stops.indexOf(document.activeElement);
	stops[at < 0 ? (by > 0 ? 0 : stops.length - 1) : Math.min(Math.max(at + by, 0), stops.length - 1)]?.focus();
}

export function map() {
	const dialog = document.getElementById("keys");
	const off = make("input", { type: "checkbox", id: "keys-off", checked: areOff(), onchange: (event) => turn(event.target.checked) });
	show(dialog, make("h2", { id: "keys-title" }, say("keys")),
		make("dl", {}, all().flatMap(([letter, word]) => [make("dt", {}, make("kbd", {}, letter)), make("dd", {}, say(word))])),
		make("p", { class: "tick" }, off, make("label", { for: off.id }, say("keysOff"))),
		make("form", { method: "dialog" }, make("button", {}, say("close"))));
	dialog.showModal();
}

export function listen() {
	addEventListener("keydown", (event) => {
		if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey || areOff()) return;
		if (event.target.closest("input, textarea, select, dialog")) return;
		const key = all().find(([letter]) => letter === event.key);
		if (!key) return;
		event.preventDefault();
		key[2]();
	});
}

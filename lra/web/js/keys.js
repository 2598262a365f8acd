// Keys of the counter. None acts while an input method composes or while something is being typed.
import { make, show } from "./dom.js";
import { say } from "./words.js";

const keys = ["j", "k", "q", "?"];

function move(by) {
	const links = [...document.querySelectorAll("table.queue a.number")];
	const at = links.indexOf(document.activeElement);
	links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
}

function map() {
	const dialog = document.getElementById("keys");
	show(dialog, make("h2", { id: "keys-title" }, say("keys")),
		make("dl", {}, keys.flatMap((key) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, say(`key.${key}`))])),
		make("form", { method: "dialog" }, make("button", {}, say("close"))));
	dialog.showModal();
}

export function listen(goHome) {
	const deeds = { j: () => move(1), k: () => move(-1), q: goHome, "?": map };
	addEventListener("keydown", (event) => {
		if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey) return;
		if (event.target.closest("input, textarea, select, dialog") || !deeds[event.key]) return;
		event.preventDefault();
		deeds[event.key]();
	});
}

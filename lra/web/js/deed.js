// A deed behind a form: what goes wrong is said in it, and what was typed stays where it is.
import { Refused } from "./api.js";
import { make } from "./dom.js";
import { say } from "./words.js";

function why(error) {
	if (error instanceof Refused) return [error.message, ...error.faults.map((fault) => fault.text), `ref ${error.ref}`].join(" ");
	if (error instanceof DOMException) return say("untouched"); // the device was put away, or is not of this person
	return say("away");
}

export function form(attributes, deed, label, ...fields) {
	const wrong = make("p", { class: "wrong", role: "alert" });
	const button = make("button", { type: "submit" }, label);
	return make("form", { ...attributes, onsubmit: async (event) => {
		event.preventDefault();
		button.disabled = true;
		wrong.textContent = "";
		try {
			await deed(event.target);
		} catch (error) {
			wrong.textContent = why(error);
		}
		button.disabled = false;
	} }, fields, wrong, button);
}

export function field(id, label, attributes, help) {
	const input = make("input", { id, name: id, required: true, autocomplete: "off", ...attributes, "aria-describedby": help && `${id}-help` });
	return [make("label", { for: id }, label), input, help ? make("p", { class: "quiet", id: `${id}-help` }, help) : null];
}

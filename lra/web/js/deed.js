// A deed behind a form: what goes wrong is said in it, all of it at once, and what was typed stays where it is.
import { Refused } from "./api.js";
import { make, show } from "./dom.js";
import { say } from "./words.js";

function why(error) {
	if (error instanceof DOMException) return [make("p", {}, say("untouched"))]; // the device was put away, or is not of this person
	if (!(error instanceof Refused)) {
		console.error(error);
		return [make("p", {}, say("away"))];
	}
	return [make("p", {}, error.message), error.faults.length === 0 ? null
		: make("ul", {}, error.faults.map((fault) => make("li", {}, fault.text, fault.detail ? ` ${fault.detail}` : null))),
		error.ref ? make("p", { class: "quiet" }, `ref ${error.ref}`) : null];
}

// attributes: also refuse(error), true when the page itself showed what was wrong; label: of the button, or the button.
export function form({ refuse = () => false, ...attributes }, deed, label, ...fields) {
	const wrong = make("div", { class: "wrong", role: "alert" });
	const button = label instanceof Element ? label : make("button", { type: "submit", class: "primary" }, label);
	return make("form", { novalidate: true, ...attributes, onsubmit: async (event) => {
		event.preventDefault();
		if (!missing(event.target, wrong)) {
			button.disabled = true;
			show(wrong);
			try {
				await deed(event.target);
			} catch (error) {
				if (!refuse(error)) show(wrong, why(error));
			}
			button.disabled = false;
		}
	} }, fields, wrong, button);
}

// The browser's own balloons speak its language, not the page's: required fields are looked at here.
function missing(target, wrong) {
	const empty = [...target.querySelectorAll("[required]")].filter((input) => input.value.trim() === "");
	for (const input of target.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
	for (const input of empty) input.setAttribute("aria-invalid", "true");
	if (empty.length === 0) return false;
	show(wrong, make("p", {}, say("missing", { fields: empty.map((input) => input.labels[0]?.textContent ?? input.name).join(say("comma")) })));
	empty[0].focus();
	return true;
}

// A label, its input, its help. attributes: id when it is not the name; tag: "select" or "textarea" instead; options: [[value, words], …] of a select.
export function field(name, label, { tag = "input", id = name, options = [], ...attributes } = {}, help) {
	const input = make(tag, { id, name, required: true, autocomplete: "off", ...attributes, "aria-describedby": help ? `${id}-help` : undefined },
		options.map(([value, words]) => make("option", { value, selected: value === attributes.value }, words)));
	if (tag === "textarea") input.value = attributes.value ?? "";
	return make("div", { class: "field" }, make("label", { for: id }, label), input, help ? make("p", { class: "quiet", id: `${id}-help` }, help) : null);
}

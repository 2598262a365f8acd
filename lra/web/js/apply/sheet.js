// The sheets of an application: its fields drawn, read, and marked with what is wrong with them.
import { make, show } from "../dom.js";
import { say } from "../words.js";
import { fieldOf, fields, parts } from "./fields.js";

function input(one, { office, agreements, profile, values }) {
	const attributes = { id: one.id, name: one.id, autocomplete: "off", "aria-describedby": `${one.id}-fault${one.help ? ` ${one.id}-help` : ""}`, ...one.attributes };
	if (one.tick) return make("input", { ...attributes, type: "checkbox", checked: values[one.id] });
	if (one.tag === "select") return make("select", attributes, one.options(office, agreements, profile, values)
		.map(([value, words]) => make("option", { value, selected: value === values[one.id] }, words)));
	const box = make(one.tag ?? "input", attributes);
	box.value = values[one.id];
	return box;
}

function row(one, world) {
	const label = make("label", { for: one.id }, say(one.word), one.needed(world.profile) ? make("span", { class: "needed" }, say("needed")) : null);
	const fault = make("p", { class: "fault", id: `${one.id}-fault` });
	if (one.tick) return make("div", { class: "field" }, make("div", { class: "tick" }, input(one, world), label), fault);
	return make("div", { class: one.half ? "field half" : "field" }, label, input(one, world),
		one.help ? make("p", { class: "quiet", id: `${one.id}-help` }, say(`help.${one.word}`)) : null, fault);
}

// world: office, agreements, values, profile. correcting: consents were given at the first entry.
export function sheets(world, correcting) {
	const element = make("div", {}), summary = make("div", { class: "wrong", tabindex: "-1", role: "alert" });
	const seen = new Set(); // fields that somebody has left: what is still untouched is not called wrong
	const box = (id) => element.querySelector(`#${id}`);
	const there = () => fields.filter((one) => box(one.id));

	// What is asked for depends on profile and key.
	const draw = () => show(element, parts.filter((part) => !(correcting && part.once)).map((part, i) =>
		make("fieldset", { class: "sheet" }, make("legend", {}, `${i + 1} ${say(part.word)}`),
			make("div", { class: "grid" }, part.fields.filter((one) => one.when(world.profile, world.values)).map((one) => row(one, world))))));
	const read = () => {
		for (const one of there()) world.values[one.id] = one.tick ? box(one.id).checked : box(one.id).value;
		return world.values;
	};
	const mark = (faults) => {
		for (const one of there()) {
			const own = seen.has(one.id) ? faults.filter((fault) => fieldOf(fault.field) === one) : [];
			if (own.length > 0) box(one.id).setAttribute("aria-invalid", "true");
			else box(one.id).removeAttribute("aria-invalid");
			show(box(`${one.id}-fault`), own.map((fault) => make("span", {}, `! ${fault.text}`)));
		}
	};
	const place = (fault) => {
		const field = fieldOf(fault.field), target = field && box(field.id);
		return target ? make("a", { href: `#${field.id}`, onclick: (event) => { event.preventDefault(); target.focus(); } }, say(field.word)) : fault.field;
	};
	// All of them at the top, each with the way to its field.
	const list = (faults) => {
		for (const one of fields) seen.add(one.id);
		mark(faults);
		show(summary, make("h2", {}, say("toCheck", { count: faults.length })), make("ul", {}, faults.map((fault) => make("li", {}, place(fault), ` ${fault.text}`))));
		summary.focus();
	};
	element.addEventListener("focusout", (event) => seen.add(event.target.id));
	return { element, summary, box, draw, read, mark, list };
}

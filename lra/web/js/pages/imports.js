// Bulk import (UX 7.5): a file of any encoding is read into rows; what was imported before.
import { ask } from "../api.js";
import { badge } from "../cases.js";
import { field, form } from "../deed.js";
import { groups, make, show } from "../dom.js";
import { save } from "../file.js";
import { fetchFile } from "../api.js";
import { digest } from "../verify/file.js";
import { number, say, time } from "../words.js";

export const states = { reading: "moving", judging: "moving", checked: "open", running: "moving", done: "good", cancelled: "over" };

function upload(at) {
	const shown = make("p", { id: "file-digest", "aria-live": "polite" });
	const deed = async ({ elements }) => {
		const file = elements.table.files[0], query = new URLSearchParams({ name: file.name });
		for (const name of ["charset", "separator"]) if (elements[name].value) query.set(name, elements[name].value);
		const one = await ask("POST", `imports?${query}`, new Blob([file], { type: "text/csv" }));
		at.go(`import/${one.id}`, say(one.again ? "sameFile" : "fileRead"));
	};
	const options = (names) => [["", say("findOut")], ...names.map((name) => [name, say(`file.${name}`)])];
	return form({}, deed, say("readFile"),
		make("div", { class: "field" }, make("label", { for: "table" }, say("tableFile")),
			make("input", { id: "table", name: "table", type: "file", required: true, accept: ".csv,.tsv,.txt", onchange: async ({ target }) =>
				show(shown, target.files[0] ? make("code", { class: "digest" }, `SHA-256 ${groups(await digest(target.files[0]))}`) : null) }), shown),
		make("div", { class: "grid" },
			make("div", { class: "half" }, field("charset", say("charset"), { tag: "select", required: false, options: options(["UTF-8", "CP932", "UTF-16LE", "UTF-16BE"]) })),
			make("div", { class: "half" }, field("separator", say("separator"), { tag: "select", required: false, options: options(["comma", "tab", "semicolon"]) }))));
}

const list = (imports) => make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": say("imports") },
	make("table", { class: "list" }, make("caption", {}, say("imports")),
		make("thead", {}, make("tr", {}, ["columnFile", "columnState", "columnRows", "columnEntered"].map((word) => make("th", { scope: "col" }, say(`import.${word}`))))),
		make("tbody", {}, imports.map((one) => make("tr", {},
			make("td", {}, make("a", { href: `#/import/${one.id}`, class: "number", "data-step": true }, one.file || `#${one.id}`)),
			make("td", {}, badge(states[one.state], say(`import.${one.state}`))),
			make("td", {}, number(one.rows)),
			make("td", {}, time(one.enteredAt)))))));

export default async function imports(room, at) {
	const before = at.query.get("before");
	const answer = await ask("GET", `imports${before ? `?before=${before}` : ""}`);
	const template = make("button", { type: "button", class: "small", onclick: async () => save("template.csv", await fetchFile("GET", "import-template")) }, say("template"));
	show(room, make("div", { class: "title" }, make("h1", {}, say("bulkImport")), make("span", { class: "hand" }, template)),
		at.session.roles.includes("lraClerk") ? make("section", { class: "sheet", "aria-label": say("readFile") }, upload(at)) : null,
		answer.imports.length > 0 ? list(answer.imports) : make("p", { class: "sheet empty" }, say("noImports")),
		answer.next === undefined ? null : make("p", {}, make("a", { href: `#/imports?before=${answer.next}` }, say("more"))));
}

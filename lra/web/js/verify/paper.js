// One paper more: which, how it was looked at, its file, and what of the application it shows; or of many applications alike.
import { ask } from "../api.js";
import { dateField, readDate } from "../date.js";
import { field, form } from "../deed.js";
import { groups, make, show } from "../dom.js";
import { keeper } from "../draft.js";
import { say, sayOf } from "../words.js";
import { accepted, digest, seal } from "./file.js";
import { claims } from "./papers.js";

const tick = (id, ...words) => make("p", { class: "tick" }, make("input", { type: "checkbox", id, name: id }), make("label", { for: id }, words));

// What the clerk compares: the form's value beside a tick for "the paper says the same".
function comparing(about, paper) {
	const rows = about.claims.filter((claim) => paper.proves.includes(claim.type));
	return make("fieldset", { class: "compare" }, make("legend", {}, say("compare")),
		rows.length === 0 ? make("p", { class: "quiet" }, say("provesNothing")) : null,
		rows.map((claim) => tick(`proves-${claim.type}`, make("span", { class: "quiet" }, sayOf("attribute", claim.type)), ` ${claim.value} `, make("span", { class: "match" }, say("match")))),
		[...paper.checks, "noPersonalNumber"].map((check) => tick(`check-${check}`, say(`check.${check}`))));
}

function details(about, paper) {
	return [
		field("method", say("howSeen"), { tag: "select", options: paper.methods.map((word) => [word, sayOf("method", word)]), value: paper.methods[0] }),
		paper.dates.map((word) => dateField(word, sayOf("carries", word))),
		paper.number ? field("number", say("paperNumber"), { maxlength: "32", required: false, inputmode: "numeric" }, say("paperNumberHelp")) : null,
		comparing(about, paper)];
}

// A file comes by picking or by dropping; its digest is shown before it is sent.
function filing() {
	// The button is ours: the browser's own speaks the language of the machine.
	const input = make("input", { type: "file", id: "file", name: "file", class: "apart", accept: accepted, required: true, "aria-describedby": "file-help file-digest" });
	const shown = make("div", { id: "file-digest", role: "status" });
	const state = { file: null, sha256: null };
	const take = async (file) => {
		state.file = file;
		state.sha256 = file ? await digest(file) : null;
		show(shown, file ? [make("strong", {}, file.name), make("code", { class: "digest" }, `SHA-256 ${groups(state.sha256)}`)] : []);
	};
	input.addEventListener("change", () => take(input.files[0]));
	const box = make("div", { class: "field drop" }, input, make("label", { for: "file", class: "button" }, say("file")), make("p", { class: "quiet", id: "file-help" }, say("dropHere")), shown);
	box.addEventListener("dragover", (event) => event.preventDefault());
	box.addEventListener("drop", (event) => { event.preventDefault(); input.files = event.dataTransfer.files; take(input.files[0]); });
	return { box, state };
}

function unticked(target, paper) {
	return [...paper.checks, "noPersonalNumber"].filter((check) => !target.elements[`check-${check}`].checked);
}

// All but the file, which no page may keep.
const typed = (target) => Object.fromEntries([...target.elements].filter((input) => input.name && input.type !== "file")
	.map((input) => [input.name, input.type === "checkbox" ? input.checked : input.value]));
function fill(target, values) {
	for (const input of target.elements) {
		if (values[input.name] === undefined || input.type === "file") continue;
		if (input.type === "checkbox") input.checked = values[input.name];
		else input.value = values[input.name];
		input.dispatchEvent(new Event("input"));
	}
}

function rowOf(paper, { elements }, sha256, proves) {
	const dates = Object.fromEntries(paper.dates.map((word) => [word, readDate(elements[word].value).iso]));
	return { kind: paper.kind, method: elements.method.value, sha256, ...dates, proves, ...(elements.number?.value.trim() && { number: elements.number.value.trim() }) };
}

export async function record(receipt, file, row) {
	await seal(receipt, file, row.sha256);
	await ask("POST", `applications/${receipt}/evidence`, { evidence: [row] });
}

// What the form is about: one application.
export const aboutOne = (one) => ({ draft: `verify.${one.receiptNumber}`, claims: claims(one.content), record: (file, row) => record(one.receiptNumber, file, row) });

// about: draft: its name; claims: as papers.js has them; record(file, row): keeps both. allowed: the papers (rules.js); kept: what
// was typed before, as draft() gave it; done(): when it is recorded
export function paperForm(about, allowed, kept, at, done) {
	const paperOf = (kind) => allowed.find((row) => row.kind === kind) ?? allowed[0];
	const inner = make("div", {}), { box, state } = filing(), wrong = make("p", { class: "fault", role: "alert" });
	const choice = field("kind", say("paperKind"), { tag: "select", options: allowed.map((row) => [row.kind, row.name]), value: kept?.values.kind });
	const draw = () => show(inner, details(about, paperOf(choice.querySelector("select").value)));
	draw();
	const page = form({ class: "paper" }, async (target) => {
		const paper = paperOf(target.elements.kind.value), undated = paper.dates.find((word) => !readDate(target.elements[word].value));
		const proves = about.claims.map((claim) => claim.type).filter((type) => target.elements[`proves-${type}`]?.checked);
		const missing = unticked(target, paper);
		const left = [undated ? say("noDate") : null, proves.length === 0 ? say("tickMatch") : null,
			missing.length > 0 ? say("tickChecks", { checks: missing.map((check) => say(`check.${check}`)).join(say("comma")) }) : null].filter(Boolean);
		show(wrong, left.map((words) => make("span", {}, words)));
		if (left.length > 0) return target.elements[undated ? undated : missing.length > 0 ? `check-${missing[0]}` : "kind"].focus();
		await about.record(state.file, rowOf(paper, target, state.sha256, proves));
		await keeping.end();
		await done();
	}, say("recordPaper"), choice, box, inner, wrong);
	if (kept) fill(page, kept.values);
	const keeping = keeper(about.draft, () => typed(page), () => {}, at);
	choice.addEventListener("change", draw);
	page.addEventListener("input", keeping.changed);
	return page;
}
